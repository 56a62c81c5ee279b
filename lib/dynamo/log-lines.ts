import * as z from 'zod/mini';
import type { CheckRecord } from '../check/record.ts';
import type { LoggedAppended } from '../seal/hold-appended.ts';
import type { Logged } from '../seal/hold-records.ts';
import type { Tombstone } from '../seal/tombstone.ts';
import { isAppended, loggedAppended } from './appended-items.ts';
import { type Item, S } from './attributes.ts';
import { itemsOf, recordIn } from './check-log-items.ts';
import { itemInImage } from './stream-image.ts';
import { TombstoneItem } from './tombstone-item.ts';

/** One line of the CheckLog as DynamoDB itself exports a table to S3: an item in its own JSON. */
const Line = z.object({ Item: z.record(z.string(), z.unknown()) });

/** What an export holds of the log. */
interface LogExport {
  readonly records: readonly Logged[];
  readonly appended: readonly LoggedAppended[];
  readonly tombstones: readonly Tombstone[];
}

const PREFIX = 'C#';
/** The bytes of a body may differ where what they hold does not: another version of deflate. */
const PACKED = new Set(['body', 'packedBy']);
const KeyOf = z.object({ pk: S, sk: S });

/**
 * The records in an export, what was appended to them, and tombstones, in no order; everything else that a table holds is
 * passed over. All items of records are held until the last is read: an export does not keep those of one record together.
 */
export async function logIn(lines: AsyncIterable<string>): Promise<LogExport> {
  const byRecord = new Map<string, { sk: string; item: Item | undefined }[]>();
  const appended: LoggedAppended[] = [];
  const tombstones: Tombstone[] = [];
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const image = Line.parse(JSON.parse(line)).Item;
    const { pk, sk } = KeyOf.parse(image);
    if (!pk.startsWith(PREFIX)) continue;
    const item = readable(image);
    if (isAppended(sk)) appended.push(loggedAppended({ pk, sk }, item));
    else if (sk === 'T') {
      const read = TombstoneItem.safeParse(item);
      if (read.success) tombstones.push(read.data.body);
    } else if (/^(R$|P$|M#)/.test(sk)) {
      const items = byRecord.get(pk);
      if (items) items.push({ sk, item });
      else byRecord.set(pk, [{ sk, item }]);
    }
  }
  const records = [...byRecord]
    .filter(([, items]) => items.some(({ sk }) => sk === 'R'))
    .map(([pk, items]) => ({ id: pk.slice(PREFIX.length), record: recordAsWritten(items.map(({ item }) => item)) }));
  return { records, appended, tombstones };
}

/** Undefined for one that no item of the log could be: it is named, and stops nothing. */
function readable(image: Readonly<Record<string, unknown>>): Item | undefined {
  try {
    return itemInImage(image);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== '$ZodError') throw error;
    return undefined;
  }
}

/** What indexes find a record by is part of it: a copy that no longer agrees is an edit like any other. */
function recordAsWritten(given: readonly (Item | undefined)[]): CheckRecord | null {
  const items = given.filter((item) => item !== undefined);
  if (items.length < given.length) return null;
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
      // Moved by a hold, its term is the same.
      .map(([name, value]) => [name === 'heldTtl' ? 'ttl' : name, value] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
