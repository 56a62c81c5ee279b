import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { CalendarDate } from '../kernel/clock.ts';
import type { DueStandings } from '../listing/run-expiry.ts';
import { SubjectKey } from '../subject/key.ts';
import { S, toS } from './attributes.ts';
import { found } from './found.ts';
import { DUE_BUCKETS, dueBucket, subjectOfDue } from './keys.ts';

/**
 * How far back it is looked. A standing is written under no day before the one on which it was written, and leaves when it
 * is dealt with: nothing older is left but what has failed for a year.
 */
const MONTHS = 13;
const MONTHS_PER_YEAR = 12;

const Row = z.object({ sourceRow: S });

/** Standings to be ended, by index `bySource`, oldest first. */
export class DynamoDueStandings implements DueStandings {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async before(today: CalendarDate, limit: number): Promise<SubjectKey[]> {
    const found: SubjectKey[] = [];
    for (const month of monthsUpTo(today)) {
      const buckets = Array.from({ length: DUE_BUCKETS }, (_, bucket) => bucket);
      const left = limit - found.length;
      if (left <= 0) break;
      const due = await Promise.all(buckets.map((bucket) => this.#dueIn(dueBucket(month, bucket), today, left)));
      found.push(...due.flat());
    }
    return found.slice(0, limit);
  }

  async #dueIn(bucket: string, today: CalendarDate, limit: number): Promise<SubjectKey[]> {
    const due: SubjectKey[] = [];
    const rows = found(this.#client, {
      TableName: this.#table,
      IndexName: 'bySource',
      KeyConditionExpression: 'sourceBucket = :bucket AND sourceRow < :today',
      ExpressionAttributeValues: { ':bucket': toS(bucket), ':today': toS(today) },
      Limit: limit,
    });
    for await (const item of rows) {
      due.push(SubjectKey.parse(subjectOfDue(Row.parse(item).sourceRow)));
      if (due.length >= limit) break;
    }
    return due;
  }
}

/** `YYYY-MM`, oldest first. */
function monthsUpTo(today: CalendarDate): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number);
  const last = year * MONTHS_PER_YEAR + month - 1;
  return Array.from({ length: MONTHS }, (_, index) => {
    const each = last - MONTHS + 1 + index;
    const [y, m] = [Math.floor(each / MONTHS_PER_YEAR), (each % MONTHS_PER_YEAR) + 1];
    return `${y}-${String(m).padStart(2, '0')}`;
  });
}
