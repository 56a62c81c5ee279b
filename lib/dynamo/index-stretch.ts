import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { LogRange, Stretch } from '../check-log/ports.ts';
import { type Item, toS } from './attributes.ts';
import { TABLES } from './tables.ts';

/** Lines fetched at once where the first ones were too few, and at most in one stretch: a rare filter gives a short page instead of a slow one. */
const PAGE = 200;
const MAX_LOOKED_AT = 1_000;
/** After every position: they begin with a digit. */
const END = '~';

/** One partition of one of the CheckLog's indexes. */
export interface IndexPartition {
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly index: keyof typeof TABLES.checkLog.indexes;
  readonly key: string;
}

/** What `keep` keeps of one stretch, newest first, until more than `limit` rows are kept or a bounded number was looked at. */
export async function indexStretch<Row extends { readonly position: string }>(
  partition: IndexPartition,
  range: LogRange,
  limit: number,
  rowOf: (item: Item) => Row,
  keep: (row: Row) => boolean,
): Promise<Stretch<Row>> {
  const rows: Row[] = [];
  if (range.from !== undefined && range.from >= (range.before ?? range.to ?? END)) return { rows, reached: undefined };
  let before = range.before ?? range.to ?? END;
  // A page begins with the line that the one before it ended with: BETWEEN includes its bounds.
  let seen = range.before ?? END;
  // Two more than are wanted: the line that the last page ended with, and the one that tells that there is another page.
  let page = Math.min(limit + 2, PAGE);
  for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += page) {
    if (lookedAt > 0) page = PAGE;
    const { Items = [], LastEvaluatedKey } = await partition.client.send(queryOf(partition, range, before, page));
    for (const item of Items) {
      const row = rowOf(item);
      if (row.position >= seen) continue;
      before = row.position;
      if (!keep(row)) continue;
      rows.push(row);
      if (rows.length > limit) return { rows, reached: before };
    }
    if (!LastEvaluatedKey) return { rows, reached: undefined };
    seen = before;
  }
  return { rows, reached: before };
}

function queryOf({ table, index, key }: IndexPartition, { from = ' ' }: LogRange, before: string, limit: number) {
  const { partitionKey, sortKey } = TABLES.checkLog.indexes[index];
  return new QueryCommand({
    TableName: table,
    IndexName: index,
    KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :before',
    ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey },
    ExpressionAttributeValues: { ':p': toS(key), ':from': toS(from), ':before': toS(before) },
    ScanIndexForward: false,
    Limit: limit,
  });
}
