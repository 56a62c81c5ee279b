import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { Bilingual } from '../kernel/text.ts';
import { Standing } from '../listing/standing.ts';
import { SubjectKey } from '../subject/key.ts';
import { Decision } from './row.ts';

// What lies in an object between two steps. Holds no number of a person: only keys, as in the Registry.

/** A row as it was read. */
const StoredRow = z.strictObject({
  line: z.int(),
  keys: z.tuple([SubjectKey], SubjectKey),
  subject: Standing.shape.subject,
  foldedName: z.optional(z.string()),
  registrationNo: z.optional(z.string()),
  decision: Decision,
  fields: z.record(z.string(), z.string()),
  publishedUntil: z.optional(CalendarDate),
});

/** A line of a piece: a row, or a subject of which a row could not be taken in. */
export const PieceLine = z.union([z.strictObject({ row: StoredRow }), z.strictObject({ shield: SubjectKey })]);
export type PieceLine = z.infer<typeof PieceLine>;

export const StoredQuarantined = z.strictObject({
  line: z.int(),
  faults: z.array(z.strictObject({ column: z.string(), code: z.string(), advice: Bilingual })),
});

/** A line of a plan: what is to be written of one subject in one transaction. */
export const StoredUnit = z.strictObject({
  source: z.string(),
  subject: SubjectKey,
  rows: z.array(
    z.strictObject({
      row: StoredRow,
      subject: SubjectKey,
      rowKey: z.string(),
      listingId: z.string(),
      digest: z.string(),
    }),
  ),
  end: z.array(z.strictObject({ key: z.string(), digest: z.string(), subject: SubjectKey, listingId: z.string() })),
});
