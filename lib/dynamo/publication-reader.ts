import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { workingDaysBy } from '../calendar/working-days.ts';
import { pageOf } from '../check-log/page.ts';
import type { Stretch } from '../check-log/ports.ts';
import type { IndexedListing, PublicationReader, Rules } from '../disclosure/publication-page.ts';
import { BUCKETS } from '../kernel/buckets.ts';
import { ListingEntry } from '../listing/entry.ts';
import { SubjectKey } from '../subject/key.ts';
import { jsonText, S, stored, toS } from './attributes.ts';
import { batchRead } from './batch-get.ts';
import { DynamoCalendarStore } from './calendar-store.ts';
import { DynamoHeadStore } from './head-store.ts';
import { domainBucket, listingKey } from './keys.ts';
import { DynamoStandingStore } from './standing-store.ts';

const READ_TIMEOUT_MS = 5_000;
/** Lines asked of one bucket beyond its even share of a page, as the shares are even on average alone. */
const SLACK = 4;

const RowItem = z.pipe(
  z.object({ domainRow: S, subject: z.pipe(S, SubjectKey) }),
  z.transform(
    ({ domainRow, subject }): IndexedListing => ({
      listingId: domainRow.slice(domainRow.indexOf('#') + 1),
      subject,
      position: domainRow,
    }),
  ),
);
const PapersItem = stored({ entry: z.optional(jsonText(ListingEntry)) });

/** What may be public, from index `byDomain`; what is true of it, from the standings. */
export class DynamoPublicationReader extends DynamoStandingStore implements PublicationReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #heads: DynamoHeadStore;
  readonly #calendars: DynamoCalendarStore;

  constructor(client: DynamoDBClient, table: string) {
    super(client, table);
    this.#client = client;
    this.#table = table;
    this.#heads = new DynamoHeadStore(client, table);
    this.#calendars = new DynamoCalendarStore(client, table);
  }

  async rules(): Promise<Rules> {
    const [catalogue, keeping, head, calendars] = await Promise.all([
      this.#heads.current(),
      this.#heads.keeping(),
      this.#heads.read(),
      this.#calendars.calendars(),
    ]);
    return {
      catalogue,
      rules: keeping?.rules ?? [],
      switchedOff: head?.switchedOff ?? [],
      workingDays: workingDaysBy(calendars),
    };
  }

  async listings(
    domain: string,
    before: string | undefined,
    about: number,
  ): Promise<{ rows: readonly IndexedListing[]; end: string | undefined }> {
    const each = Math.ceil(about / BUCKETS) + SLACK;
    const stretches = await Promise.all(
      Array.from({ length: BUCKETS }, (_, bucket) => this.#stretch(domainBucket(domain, bucket), before, each)),
    );
    return pageOf(stretches, Number.POSITIVE_INFINITY);
  }

  async papers(listingIds: readonly string[]): Promise<ReadonlyMap<string, ListingEntry>> {
    return await batchRead(this.#client, this.#table, listingIds, {
      keyOf: listingKey,
      valueIn: (item) => PapersItem.parse(item).entry,
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }

  async #stretch(bucket: string, before: string | undefined, limit: number): Promise<Stretch<IndexedListing>> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byDomain',
        KeyConditionExpression: before === undefined ? '#p = :p' : '#p = :p AND #s < :before',
        ExpressionAttributeNames: { '#p': 'domainBucket', ...(before !== undefined && { '#s': 'domainRow' }) },
        ExpressionAttributeValues: { ':p': toS(bucket), ...(before !== undefined && { ':before': toS(before) }) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const rows = Items.map((item) => RowItem.parse(item));
    return { rows, reached: LastEvaluatedKey && rows.at(-1)?.position };
  }
}
