import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { recordDigest } from '../check/digest.ts';
import { type Clock, toIso } from '../kernel/clock.ts';
import { hadCome } from '../seal/tombstone.ts';
import { type Item, keyItem } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { GrantItem } from './grant-items.ts';
import { type Key, recordKey, tombstoneKey } from './keys.ts';
import { itemInImage } from './stream-image.ts';
import { TombstoneItem } from './tombstone-item.ts';

const RECORD = /^C#(?<id>.+)$/;
const GRANT = /^GS?#/;

/** What the log says of what is gone. */
export class DynamoTombstoneReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Whether a tombstone excuses that an item was removed: of a record's own item, of these very bytes and of no others, and
   * when their time had come by its rule. What stands beside a record, a grant too, goes before it, so that it is judged by
   * the same tombstone. What cannot be read excuses nothing, and holds up no other alarm.
   */
  async excuses(keys: Key, image: Readonly<Record<string, unknown>>): Promise<boolean> {
    const item = readable(() => itemInImage(image));
    const id = GRANT.test(keys.pk)
      ? item && GrantItem.safeParse(item).data?.body.checkId
      : RECORD.exec(keys.pk)?.groups?.id;
    if (id === undefined || keys.sk === 'T') return false;
    const [tombstone, there] = await Promise.all([
      this.#get(tombstoneKey(id)),
      keys.sk === 'R' ? item : this.#get(recordKey(id)),
    ]);
    if (!tombstone) return false;
    // Its record has gone meanwhile, and is judged when the stream comes to it.
    if (!there) return keys.sk !== 'R';
    const excused = readable(() => {
      const { body } = TombstoneItem.parse(tombstone);
      const record = recordIn([there]);
      return record && recordDigest(record) === body.digest && hadCome(body, record, toIso(this.#clock()));
    });
    return excused ?? false;
  }

  async #get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item;
  }
}

/** Undefined for what no function of ours has written. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
