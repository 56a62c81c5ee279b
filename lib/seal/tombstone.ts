import * as z from 'zod/mini';

/**
 * What stays of a record that was deleted because its time had come: which one, by which rule, when. Appended to the log
 * before the record is deleted, and sealed as a leaf of its own, so that a deletion by rule is told from any other.
 */
export const Tombstone = z.strictObject({
  /** Of the deleted record. */
  id: z.string(),
  /** Of the deleted record: a tombstone excuses the absence of these bytes and of no others. */
  digest: z.string(),
  deletedAt: z.iso.datetime(),
  /** The rule, with the version of the catalogue that it stands in. */
  rule: z.string(),
});
export type Tombstone = z.infer<typeof Tombstone>;
