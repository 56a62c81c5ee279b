import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import type { AnsweredChecks } from '../check-log/feedback-rate.ts';
import { toS } from './attributes.ts';
import { annulledBy, answeredBy } from './keys.ts';

/** The follow-ups that a caller has answered, or whose checks it annulled, along index `byWaiting`. */
export class DynamoAnsweredChecks implements AnsweredChecks {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  answered(caller: string, from: string, to: string): Promise<number> {
    return this.#count(answeredBy(caller), from, to);
  }

  annulled(caller: string, from: string, to: string): Promise<number> {
    return this.#count(annulledBy(caller), from, to);
  }

  async #count(partition: string, from: string, to: string): Promise<number> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'byWaiting',
        // A position is a moment with a check's id behind it: that of the bare moment is before them all.
        KeyConditionExpression: 'waiting = :waiting AND waitingSince BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':waiting': toS(partition), ':from': toS(from), ':to': toS(to) },
        Select: 'COUNT',
      },
    );
    let found = 0;
    for await (const { Count = 0 } of pages) found += Count;
    return found;
  }
}
