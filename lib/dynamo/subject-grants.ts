import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AlertingPorts } from '../alert/ports.ts';
import { OpenGrant } from '../check-log/grant.ts';
import { jsonText, S, stored, toS } from './attributes.ts';
import { subjectGrants } from './keys.ts';

const GrantItem = stored({ sk: S, body: jsonText(OpenGrant) });
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
    const read = Items.map((item) => GrantItem.parse(item));
    return { grants: read.map(({ body }) => body), reached: LastEvaluatedKey && read.at(-1)?.sk };
  }
}
