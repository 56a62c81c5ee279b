import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { AnsweredChecks } from '../check-log/feedback-rate.ts';
import { type Item, toS } from './attributes.ts';
import { answeredBy } from './keys.ts';

/** The follow-ups that a caller has answered, along index `byWaiting`. */
export class DynamoAnsweredChecks implements AnsweredChecks {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async count(caller: string, from: string, to: string): Promise<number> {
    let answered = 0;
    let start: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'byWaiting',
          // A position is a moment with a check's id behind it: that of the bare moment is before them all.
          KeyConditionExpression: 'waiting = :waiting AND waitingSince BETWEEN :from AND :to',
          ExpressionAttributeValues: { ':waiting': toS(answeredBy(caller)), ':from': toS(from), ':to': toS(to) },
          Select: 'COUNT',
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      answered += page.Count ?? 0;
      start = page.LastEvaluatedKey;
    } while (start);
    return answered;
  }
}
