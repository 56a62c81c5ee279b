import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { recordDigest } from '../check/digest.ts';
import { type Clock, toIso } from '../kernel/clock.ts';
import { hadCome, Tombstone } from '../seal/tombstone.ts';
import { type Item, jsonText, keyItem, stored } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { GrantItem } from './grant-items.ts';
import { type Key, recordKey, tombstoneKey } from './keys.ts';
import { itemInImage } from './stream-image.ts';

const TombstoneItem = stored({ body: jsonText(Tombstone) });
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
   * the same tombstone.
   */
  async excuses(keys: Key, image: Readonly<Record<string, unknown>>): Promise<boolean> {
    const id = GRANT.test(keys.pk)
      ? GrantItem.safeParse(itemInImage(image)).data?.body.checkId
      : RECORD.exec(keys.pk)?.groups?.id;
    if (id === undefined || keys.sk === 'T') return false;
    const [tombstone, there] = await Promise.all([
      this.#get(tombstoneKey(id)),
      keys.sk === 'R' ? itemInImage(image) : this.#get(recordKey(id)),
    ]);
    if (!tombstone) return false;
    const record = there && recordIn([there]);
    // Its record has gone meanwhile, and is judged when the stream comes to it.
    if (!record) return keys.sk !== 'R';
    const { body } = TombstoneItem.parse(tombstone);
    return recordDigest(record) === body.digest && hadCome(body, record, toIso(this.#clock()));
  }

  async #get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item;
  }
}
