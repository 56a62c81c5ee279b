import * as z from 'zod/mini';
import { RecordedOutcome } from '../check/record.ts';
import type { LogRow } from './ports.ts';

/** One line of an answer. */
export const CheckSummary = z.object({
  id: z.string(),
  checkedAt: z.iso.datetime(),
  outcome: RecordedOutcome,
  scene: z.string(),
  matter: z.string(),
  caller: z.string(),
  subject: z.optional(z.object({ scheme: z.string(), id: z.nullable(z.string()) })),
  /** The subject was not asked about: its listing decided through this relation. */
  via: z.optional(z.object({ relation: z.string() })),
});
export type CheckSummary = z.infer<typeof CheckSummary>;

/** The lines of a page as they are answered. */
export const summariesOf = (rows: readonly LogRow[], masked: ReadonlyMap<string, string>): CheckSummary[] =>
  rows.map((row) => summaryOf(row, masked.get(`${row.id}/${row.member}`)));

function summaryOf(row: LogRow, masked: string | undefined): CheckSummary {
  const { id, checkedAt, outcome, scene, matter, caller, scheme, subjectId, via } = row;
  const summary = { id, checkedAt, outcome, scene, matter, caller };
  if (scheme === undefined) return summary;
  return {
    ...summary,
    subject: { scheme, id: subjectId ?? masked ?? null },
    ...(via !== undefined && { via: { relation: via } }),
  };
}
