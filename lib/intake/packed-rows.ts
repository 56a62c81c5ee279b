import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod/mini';
import { SubjectKey } from '../subject/key.ts';
import type { SourceRow } from './ports.ts';

const LEVEL = 1;
/** Rows that are packed at once. */
const ROWS_AT_ONCE = 1_000;

const Packed = z.array(
  z.strictObject({ key: z.string(), digest: z.string(), subject: SubjectKey, listingId: z.string() }),
);

/**
 * The rows that a source has in one bucket, by the part to which each belongs. The index is read once for all parts, in no
 * order, and one part at a time is compared: the others wait packed, in a tenth of the room.
 */
export class PackedRows {
  readonly #open = new Map<number, SourceRow[]>();
  readonly #packed = new Map<number, Uint8Array[]>();

  add(part: number, row: SourceRow): void {
    const open = this.#open.get(part) ?? [];
    open.push(row);
    this.#open.set(part, open);
    if (open.length < ROWS_AT_ONCE) return;
    this.#packed.set(part, [...(this.#packed.get(part) ?? []), gzipSync(JSON.stringify(open), { level: LEVEL })]);
    this.#open.delete(part);
  }

  /** The rows of a part by their keys. */
  of(part: number): Map<string, SourceRow> {
    const rows = new Map<string, SourceRow>();
    for (const packed of this.#packed.get(part) ?? [])
      for (const row of Packed.parse(JSON.parse(gunzipSync(packed).toString()))) rows.set(row.key, row);
    for (const row of this.#open.get(part) ?? []) rows.set(row.key, row);
    return rows;
  }
}
