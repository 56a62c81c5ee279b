import * as z from 'zod/mini';
import { RecordedOutcome } from '../check/record.ts';
import { kebab, keptText } from '../kernel/text.ts';
import { PrincipalText, type Resolving, SubjectAsked, SubjectText, subjectKeys } from './asked-subject.ts';
import { openCursor, sealCursor } from './cursor.ts';
import { Limit, LimitText, pageOf, paging, rangeOf } from './page.ts';
import type { CheckLogReader, LogPartition, LogRow } from './ports.ts';

const filters = {
  matter: z.optional(keptText(128)),
  caller: z.optional(keptText(128)),
  principal: z.optional(PrincipalText),
  scene: z.optional(kebab),
  outcome: z.optional(RecordedOutcome),
  /** The id of a listing that the outcome rests on. */
  listing: z.optional(keptText(128)),
  operator: z.optional(keptText(128)),
  ...paging,
};

/** The parameters of `GET /v1/checks`. */
export const SearchParameters = z.strictObject({ ...filters, subject: z.optional(SubjectText), limit: LimitText });

/** What a body that searches may hold; it may name a person. */
export const searchBody = {
  ...filters,
  subject: z.optional(SubjectAsked),
  /** Of the search itself: it goes on record with the look. */
  purpose: z.optional(keptText(500)),
};

/** The body of `POST /v1/checks/search`. */
export const SearchRequest = z.strictObject({ ...searchBody, limit: Limit });
export type SearchRequest = z.infer<typeof SearchRequest>;

export interface Searching extends Resolving {
  /** Whose records may be seen; undefined for an auditor, who sees all. */
  readonly only: string | undefined;
  readonly key: Uint8Array;
  /** Every registered caller, for an auditor's search that names neither a subject nor a caller. */
  readonly callers: () => Promise<readonly string[]>;
  /** Whose a listing is; undefined where its document is not known. */
  readonly subjectOf: (listing: string) => Promise<string | undefined>;
}

/** A page of lines, and the keys of the subjects that were asked for. */
export interface Found {
  readonly rows: readonly LogRow[];
  /** Reads the masked ids of the persons in the lines, keyed `id/member`: what the page shows, and how much, is known before. */
  readonly masked: () => Promise<ReadonlyMap<string, string>>;
  readonly next: string | null;
  /** The cursor that goes on after a line, for who shows fewer of them. */
  readonly after: (row: LogRow) => string;
  readonly subjects: readonly string[];
}

/**
 * Searches the log along its indexes, newest first. A rare filter may give a short page with a cursor. With `spread`
 * less is read of each partition where there are many: more and shorter pages, for whoever wants them all.
 */
export async function search(
  request: SearchRequest,
  log: CheckLogReader,
  searching: Searching,
  spread: 'whole' | 'spread' = 'whole',
): Promise<Found> {
  const { cursor, limit: wanted, purpose: _, ...query } = request;
  const { only, key } = searching;
  const subjects = query.subject && (await subjectKeys(query.subject, searching));
  const principals = query.principal && (await subjectKeys(query.principal, searching, '/principal'));
  const caller = only ?? query.caller;
  const seal = JSON.stringify([query, caller]);
  const after = ({ position }: Pick<LogRow, 'position'>) => sealCursor(position, seal, key);
  if (query.caller !== undefined && query.caller !== caller)
    return { rows: [], masked: async () => new Map(), next: null, after, subjects: subjects ?? [] };
  const partitions = await partitionsOf(query, subjects, caller, searching);
  const range = {
    ...rangeOf(query.from, query.to),
    before: cursor === undefined ? undefined : openCursor(cursor, seal, key),
  };
  const keep = (row: LogRow): boolean =>
    (caller === undefined || row.caller === caller) &&
    (query.matter === undefined || row.matter === query.matter) &&
    (principals === undefined || (row.principal !== undefined && principals.includes(row.principal))) &&
    (query.scene === undefined || row.scene === query.scene) &&
    (query.listing === undefined || row.listings.includes(query.listing)) &&
    (query.operator === undefined || row.operator === query.operator) &&
    (query.outcome === undefined ? row.outcome !== 'invalid' : row.outcome === query.outcome);

  const each = spread === 'whole' ? wanted : Math.max(LEAST, Math.ceil(wanted / Math.max(partitions.length, 1)));
  const stretches = await Promise.all(partitions.map((partition) => log.stretch(partition, range, each, keep)));
  // A subject that was asked about, and decided another member's verdict too, is one line: as the one asked about.
  const asked = (row: LogRow): number => (row.via === undefined ? 0 : 1);
  const { rows, end } = pageOf(
    stretches.map((stretch) => ({ ...stretch, rows: stretch.rows.toSorted((a, b) => asked(a) - asked(b)) })),
    wanted,
  );
  return {
    rows,
    masked: () => log.maskedIds(rows.filter(({ scheme, subjectId }) => scheme !== undefined && subjectId === null)),
    next: end === undefined ? null : after({ position: end }),
    after,
    subjects: subjects ?? [],
  };
}

/** Lines of one partition that are read at least, however many partitions there are. */
const LEAST = 50;

/** The partitions that hold every record the query can mean. */
async function partitionsOf(
  { matter, outcome, listing }: Pick<SearchRequest, 'matter' | 'outcome' | 'listing'>,
  subjects: readonly string[] | undefined,
  caller: string | undefined,
  searching: Searching,
): Promise<LogPartition[]> {
  if (subjects) return subjects.map((key) => ({ by: 'subject', key }));
  if (listing !== undefined && matter === undefined) {
    const key = await searching.subjectOf(listing);
    // A person may stand in the log under a newer key than in the listing's document.
    if (key?.startsWith('o:')) return [{ by: 'subject', key }];
  }
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
