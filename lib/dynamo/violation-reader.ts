import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { Violation, type ViolationReader } from '../listing/violation.ts';
import { jsonText, S, stored, toS } from './attributes.ts';
import { violationsPartition } from './keys.ts';

const ViolationItem = stored({ sk: S, body: jsonText(Violation) });
/** After every position: they begin with a digit. */
const END = '~';

/** Reads the register, newest first. */
export class DynamoViolationReader implements ViolationReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async page(before: string | undefined, limit: number): Promise<{ items: Violation[]; reached: string | undefined }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: { ':pk': toS(violationsPartition), ':before': toS(before ?? END) },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    const read = Items.map((item) => ViolationItem.parse(item));
    return { items: read.map(({ body }) => body), reached: LastEvaluatedKey && read.at(-1)?.sk };
  }
}
