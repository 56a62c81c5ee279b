import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { AlertingPorts } from '../alert/ports.ts';
import { S, toS } from './attributes.ts';
import { GrantItem } from './grant-items.ts';
import { subjectGrants } from './keys.ts';

const LineItem = z.object({ sk: S, ...GrantItem.shape });
/** After every position: they begin with a digit. */
const END = '~';

/** The grants that were made to a subject, newest first. */
export class DynamoSubjectGrants {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async to(...[subject, before, limit]: Parameters<AlertingPorts['grants']['to']>) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND sk < :before',
        ExpressionAttributeValues: { ':pk': toS(subjectGrants(subject)), ':before': toS(before ?? END) },
        ScanIndexForward: false,
        ConsistentRead: true,
        Limit: limit,
      }),
    );
    const read = Items.map((item) => LineItem.parse(item));
    return { grants: read.map(({ body }) => body), reached: LastEvaluatedKey && read.at(-1)?.sk };
  }
}
