import * as z from 'zod/mini';
import { RecordedOutcome } from '../check/record.ts';
import type { Instant } from '../kernel/clock.ts';
import { kebab, keptText } from '../kernel/text.ts';
import { type Resolving, SubjectAsked, SubjectText, subjectKeys } from './asked-subject.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { Limit, LimitText, pageOf, paging, rangeOf } from './page.ts';
import type { CheckLogReader, LogPartition, LogRow } from './ports.ts';

const filters = {
  matter: z.optional(keptText(128)),
  caller: z.optional(keptText(128)),
  scene: z.optional(kebab),
  outcome: z.optional(RecordedOutcome),
  ...paging,
};

/** The parameters of `GET /v1/checks`. */
export const SearchParameters = z.strictObject({ ...filters, subject: z.optional(SubjectText), limit: LimitText });

/** The body of `POST /v1/checks/search`, which may name a person. */
export const SearchRequest = z.strictObject({
  ...filters,
  subject: z.optional(SubjectAsked),
  /** Of the search itself: it goes on record with the look. */
  purpose: z.optional(keptText(500)),
  limit: Limit,
});
export type SearchRequest = z.infer<typeof SearchRequest>;

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

export interface Searching extends Resolving {
  /** Whose records may be seen; undefined for an auditor, who sees all. */
  readonly only: string | undefined;
  readonly key: Uint8Array;
  /** Every registered caller, for an auditor's search that names neither a subject nor a caller. */
  readonly callers: () => Promise<readonly string[]>;
  readonly now: Instant;
}

/** A page, and the keys of the subjects that were asked for. */
export interface Found {
  readonly items: CheckSummary[];
  readonly next: string | null;
  readonly subjects: readonly string[];
}

/** Searches the log along its indexes, newest first. A rare filter may give a short page with a cursor. */
export async function search(request: SearchRequest, log: CheckLogReader, searching: Searching): Promise<Found> {
  const { cursor, limit: wanted, purpose: _, ...query } = request;
  const { only, key, now } = searching;
  const subjects = query.subject && (await subjectKeys(query.subject, searching));
  if (only !== undefined && query.caller !== undefined && query.caller !== only)
    return { items: [], next: null, subjects: subjects ?? [] };
  const caller = only ?? query.caller;
  const seal = JSON.stringify([query, caller]);
  const partitions = await partitionsOf(query, subjects, caller, searching);
  const range = {
    ...rangeOf(query.from, query.to),
    before: cursor === undefined ? undefined : openCursor(cursor, seal, key),
  };
  const keep = (row: LogRow): boolean =>
    row.keptUntil * 1000 > now &&
    (caller === undefined || row.caller === caller) &&
    (query.matter === undefined || row.matter === query.matter) &&
    (query.scene === undefined || row.scene === query.scene) &&
    (query.outcome === undefined ? row.outcome !== 'invalid' : row.outcome === query.outcome);

  const stretches = await Promise.all(partitions.map((partition) => log.stretch(partition, range, wanted, keep)));
  const { rows: found, end } = pageOf(stretches, wanted);
  // A subject that was asked about, and decided another member's verdict too, is one line.
  const askedAbout = new Set(found.flatMap(({ position, via }) => (via === undefined ? [position] : [])));
  const rows = found.filter(({ position, via }) => via === undefined || !askedAbout.has(position));
  const masked = await log.maskedIds(
    rows.filter(({ scheme, subjectId }) => scheme !== undefined && subjectId === null),
  );
  return {
    items: rows.map((row) => summaryOf(row, masked.get(`${row.id}/${row.member}`))),
    next: end === undefined ? null : sealCursor(end, seal, key),
    subjects: subjects ?? [],
  };
}

/** The partitions that hold every record the query can mean. */
async function partitionsOf(
  { matter, outcome }: Pick<SearchRequest, 'matter' | 'outcome'>,
  subjects: readonly string[] | undefined,
  caller: string | undefined,
  searching: Searching,
): Promise<LogPartition[]> {
  if (subjects) return subjects.map((key) => ({ by: 'subject', key }));
  const callers = caller === undefined ? await searching.callers() : [caller];
  if (matter !== undefined) return callers.map((each) => ({ by: 'matter', caller: each, matter }));
  const hits = hitsFor(outcome);
  return callers.flatMap((each) => hits.map((hit) => ({ by: 'caller', caller: each, hit })));
}

/** The parts of a caller's records that can hold an outcome. */
function hitsFor(outcome: SearchRequest['outcome']): readonly ('hit' | 'clear' | 'attempt')[] {
  if (outcome === undefined) return ['hit', 'clear'];
  if (outcome === 'invalid') return ['attempt'];
  return [outcome === 'veto' ? 'hit' : 'clear'];
}

function summaryOf(row: LogRow, masked: string | undefined): CheckSummary {
  const { id, checkedAt, outcome, scene, matter, caller, scheme, subjectId } = row;
  const summary = { id, checkedAt, outcome, scene, matter, caller };
  if (scheme === undefined) return summary;
  return {
    ...summary,
    subject: { scheme, id: subjectId ?? masked ?? null },
    ...(row.via !== undefined && { via: { relation: row.via } }),
  };
}
