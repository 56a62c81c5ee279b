import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { FollowUp, type FollowUpReader } from '../check-log/follow-up.ts';
import { jsonText, S, stored, toS } from './attributes.ts';
import { openFor } from './keys.ts';

const OpenItem = stored({ waitingSince: S, body: jsonText(FollowUp) });

/** Behind every position of a moment: a moment is followed by a check's id. */
const AFTER_ALL = '~';

/** The open follow-ups of a caller, oldest first. */
export class DynamoFollowUpReader implements FollowUpReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async openOf(...[caller, before, after, limit]: Parameters<FollowUpReader['openOf']>) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byWaiting',
        KeyConditionExpression: 'waiting = :waiting AND waitingSince BETWEEN :after AND :before',
        // A page begins after the position: what sorts just behind it.
        ExpressionAttributeValues: {
          ':waiting': toS(openFor(caller)),
          ':after': toS(after === undefined ? ' ' : `${after}!`),
          ':before': toS(`${before}${AFTER_ALL}`),
        },
        Limit: limit,
      }),
    );
    const read = Items.map((item) => OpenItem.parse(item));
    return { items: read.map(({ body }) => body), reached: LastEvaluatedKey && read.at(-1)?.waitingSince };
  }
}
