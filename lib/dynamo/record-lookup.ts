import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { leafOf, type RecordLeaf } from '../seal/leaf.ts';
import type { RecordLookup } from '../seal/ports.ts';
import { keyItem } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { recordKey } from './keys.ts';

/** One record of the log, for who settles a gap: by one consistent read of its own item. */
export class DynamoRecordLookup implements RecordLookup {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async leaf(id: string): Promise<RecordLeaf | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(recordKey(id)), ConsistentRead: true }),
    );
    const record = Item && recordIn([Item]);
    return record && leafOf(record);
  }
}
