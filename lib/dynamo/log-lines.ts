import * as z from 'zod/mini';
import type { CheckRecord } from '../check/record.ts';
import { type Item, S } from './attributes.ts';
import { itemsOf, recordIn } from './check-log-items.ts';
import { itemInImage } from './stream-image.ts';

/** One line of the CheckLog as DynamoDB itself exports a table to S3: an item in its own JSON. */
const Line = z.object({ Item: z.record(z.string(), z.unknown()) });

/** A record of an export; null where its own item is there and is no longer what was written. */
export interface LoggedRecord {
  readonly id: string;
  readonly record: CheckRecord | null;
}

const PREFIX = 'C#';
/** The bytes of a body may differ where what they hold does not: another version of deflate. */
const PACKED = new Set(['body', 'packedBy']);

/**
 * The records in an export, in no order. What is appended to a record, tombstones and everything else that a table holds
 * is passed over. All items are held until the last is read: an export does not keep those of one record together.
 */
export async function recordsIn(lines: AsyncIterable<string>): Promise<LoggedRecord[]> {
  const byRecord = new Map<string, Item[]>();
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const item = itemInImage(Line.parse(JSON.parse(line)).Item);
    const [pk, sk] = [S.parse(item.pk), S.parse(item.sk)];
    if (!pk.startsWith(PREFIX) || !/^(R$|P$|M#)/.test(sk)) continue;
    const items = byRecord.get(pk);
    if (items) items.push(item);
    else byRecord.set(pk, [item]);
  }
  return [...byRecord]
    .filter(([, items]) => items.some((item) => S.parse(item.sk) === 'R'))
    .map(([pk, items]) => ({ id: pk.slice(PREFIX.length), record: recordAsWritten(items) }));
}

/** What indexes find a record by is part of it: a copy that no longer agrees is an edit like any other. */
function recordAsWritten(items: readonly Item[]): CheckRecord | null {
  try {
    const ordered = items.toSorted((one, other) => (S.parse(one.sk) < S.parse(other.sk) ? -1 : 1));
    const record = recordIn(ordered);
    if (!record) return null;
    const written = new Map(itemsOf(record).map((item) => [S.parse(item.sk), textOf(item)]));
    return items.every((item) => written.get(S.parse(item.sk)) === textOf(item)) ? record : null;
  } catch {
    return null;
  }
}

const textOf = (item: Item): string =>
  JSON.stringify(
    Object.entries(item)
      .filter(([name]) => !PACKED.has(name))
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
