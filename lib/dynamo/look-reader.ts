import { type DynamoDBClient, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Look } from '../check-log/look.ts';
import type { LogRange, LookPartition, LookReader, LookRow, Stretch } from '../check-log/ports.ts';
import { type Item, jsonText, N, S, stored, toS } from './attributes.ts';
import { type IndexPartition, indexStretch } from './index-stretch.ts';
import { lookerKey, looksAtCheck, looksAtSubject, looksOfClient } from './keys.ts';

/** As an index gives it: a schema version is the table's own, and not projected. */
const LookItem = z.object({ at: S, ttl: N, look: jsonText(Look) });
const LookerItem = stored({ client: S });

/** The looks at the log, through the log's indexes. */
export class DynamoLookReader implements LookReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async clients(): Promise<readonly string[]> {
    const clients: string[] = [];
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': toS(lookerKey('').pk) },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) clients.push(...Items.map((item) => LookerItem.parse(item).client));
    return clients;
  }

  stretch(
    partition: LookPartition,
    range: LogRange,
    limit: number,
    keep: (row: LookRow) => boolean,
  ): Promise<Stretch<LookRow>> {
    const on = { client: this.#client, table: this.#table, ...indexOf(partition) };
    return indexStretch(on, range, limit, rowOf, keep);
  }
}

function indexOf(partition: LookPartition): Pick<IndexPartition, 'index' | 'key'> {
  switch (partition.by) {
    case 'client':
      return { index: 'byCaller', key: looksOfClient(partition.client) };
    case 'subject':
      return { index: 'bySubject', key: looksAtSubject(partition.key) };
    case 'check':
      return { index: 'byMatter', key: looksAtCheck(partition.id) };
  }
}

function rowOf(item: Item): LookRow {
  const { at, ttl, look } = LookItem.parse(item);
  return { look, position: at, keptUntil: ttl };
}
