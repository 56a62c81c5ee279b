import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { recordDigest } from '../check/digest.ts';
import { Tombstone } from '../seal/tombstone.ts';
import { jsonText, keyItem, stored } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { GrantItem } from './grant-items.ts';
import { tombstoneKey } from './keys.ts';
import { itemInImage } from './stream-image.ts';

const TombstoneItem = stored({ body: jsonText(Tombstone) });
const RECORD = /^C#(?<id>.+)$/;
const GRANT = /^GS?#/;

/** What the log says of what is gone. */
export class DynamoTombstoneReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /**
   * Whether a tombstone excuses that an item was removed: of a record's own item, of these very bytes and of no others; of a
   * grant, the tombstone of the check that it rests on.
   */
  async excuses(keys: { pk: string; sk: string }, image: Readonly<Record<string, unknown>>): Promise<boolean> {
    const id = GRANT.test(keys.pk)
      ? GrantItem.safeParse(itemInImage(image)).data?.body.checkId
      : RECORD.exec(keys.pk)?.groups?.id;
    if (id === undefined || keys.sk === 'T') return false;
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(tombstoneKey(id)), ConsistentRead: true }),
    );
    if (!Item) return false;
    if (keys.sk !== 'R') return true;
    const record = recordIn([itemInImage(image)]);
    return record !== undefined && recordDigest(record) === TombstoneItem.parse(Item).body.digest;
  }
}
