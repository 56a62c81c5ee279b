import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { SourceIndex, SourceRow } from '../intake/ports.ts';
import { SubjectKey } from '../subject/key.ts';
import { type Item, S, toS } from './attributes.ts';
import { batchRead } from './batch-get.ts';
import { found } from './found.ts';
import { listingIdIn, listingKey, sourceBucket } from './keys.ts';

const READ_TIMEOUT_MS = 10_000;
/** Rows that are asked for by name at once. */
const AT_ONCE = 20;

const RowItem = z.pipe(
  z.object({ pk: S, sourceRow: S, digest: S, subject: z.pipe(S, SubjectKey) }),
  z.transform(
    ({ pk, sourceRow, digest, subject }): SourceRow => ({
      key: sourceRow,
      digest,
      subject,
      listingId: listingIdIn(pk),
    }),
  ),
);
/** A listing that no row has made has no digest. */
const DigestItem = z.object({ digest: z.optional(S) });

/** The rows of a source, from index `bySource`; their digests as they are now, from the documents themselves. */
export class DynamoSourceIndex implements SourceIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  rowsOfSource(source: string, bucket: number): AsyncGenerator<SourceRow> {
    return this.#query('sourceBucket = :bucket', { ':bucket': toS(sourceBucket(source, bucket)) });
  }

  /** A query a row, for an index is not read by keys: half a read unit each. */
  async rowsCalled(source: string, bucket: number, keys: readonly string[]): Promise<SourceRow[]> {
    const rows: SourceRow[] = [];
    for (let start = 0; start < keys.length; start += AT_ONCE) {
      const found = keys.slice(start, start + AT_ONCE).map(async (key) => {
        const values = { ':bucket': toS(sourceBucket(source, bucket)), ':row': toS(key) };
        return await Array.fromAsync(this.#query('sourceBucket = :bucket AND sourceRow = :row', values));
      });
      rows.push(...(await Promise.all(found)).flat());
    }
    return rows;
  }

  async digestsOf(listingIds: readonly string[]): Promise<Map<string, string>> {
    return await batchRead(this.#client, this.#table, listingIds, {
      keyOf: listingKey,
      valueIn: (item) => DigestItem.parse(item).digest,
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }

  async *#query(condition: string, values: Item): AsyncGenerator<SourceRow> {
    const rows = found(this.#client, {
      TableName: this.#table,
      IndexName: 'bySource',
      KeyConditionExpression: condition,
      ExpressionAttributeValues: values,
    });
    for await (const item of rows) yield RowItem.parse(item);
  }
}
