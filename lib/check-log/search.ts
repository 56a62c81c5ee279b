import * as z from 'zod/mini';
import { RecordedOutcome, unresolvedKey } from '../check/record.ts';
import { CalendarDate, endOf, type Instant, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { kebab, text } from '../kernel/text.ts';
import { parseIdentifier } from '../subject/identifier.ts';
import { organisationKey, type PersonKeyring, personKeys } from '../subject/key.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';
import { openCursor, sealCursor } from './cursor.ts';
import type { CheckLogReader, LogPartition, LogRow } from './ports.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

const filters = {
  matter: z.optional(text(128)),
  caller: z.optional(text(128)),
  scene: z.optional(kebab),
  outcome: z.optional(RecordedOutcome),
  /** A moment, or a date in Asia/Shanghai; `to` counts its last day whole. */
  from: z.optional(z.union([z.iso.datetime({ offset: true }), CalendarDate])),
  to: z.optional(z.union([z.iso.datetime({ offset: true }), CalendarDate])),
  cursor: z.optional(z.string().check(z.maxLength(400))),
};
const limit = z._default(z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)), DEFAULT_LIMIT);

/** `<scheme>:<id>`. A person's identifier must not stand in a URL. */
const SubjectText = z.pipe(
  z.pipe(
    z.string().check(z.regex(/^[a-z-]+:.+$/)),
    z.transform((value) => ({ scheme: value.slice(0, value.indexOf(':')), id: value.slice(value.indexOf(':') + 1) })),
  ),
  z.strictObject({ scheme: Scheme.check(z.refine((scheme) => !isPersonScheme(scheme))), id: text(200) }),
);
const LimitText = z.pipe(
  z.pipe(z.string().check(z.regex(/^\d{1,3}$/)), z.transform(Number)),
  z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)),
);

/** The parameters of `GET /v1/checks`. */
export const SearchParameters = z.strictObject({
  ...filters,
  subject: z.optional(SubjectText),
  limit: z._default(LimitText, DEFAULT_LIMIT),
});

/** The body of `POST /v1/checks/search`, which may name a person. */
export const SearchRequest = z.strictObject({
  ...filters,
  subject: z.optional(z.strictObject({ scheme: Scheme, id: text(200), country: z.optional(text(3)) })),
  limit,
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
});
export type CheckSummary = z.infer<typeof CheckSummary>;

export interface Searching {
  /** Whose records may be seen; undefined for an auditor, who sees all. */
  readonly only: string | undefined;
  readonly ring: PersonKeyring;
  readonly key: Uint8Array;
  /** Every registered caller, for an auditor's search that names neither a subject nor a caller. */
  readonly callers: () => Promise<readonly string[]>;
  /** The subject that a registration number is tied to. */
  readonly resolve: (registrationNo: string) => Promise<readonly string[]>;
  readonly now: Instant;
}

/** Searches the log along its indexes, newest first. A rare filter may give a short page with a cursor. */
export async function search(
  request: SearchRequest,
  log: CheckLogReader,
  searching: Searching,
): Promise<{ items: CheckSummary[]; next: string | null }> {
  const { cursor, limit: wanted, ...query } = request;
  const { only, key, now } = searching;
  if (only !== undefined && query.caller !== undefined && query.caller !== only) return { items: [], next: null };
  const caller = only ?? query.caller;
  const seal = JSON.stringify([query, caller]);
  const partitions = await partitionsOf(query, caller, searching);
  const range = {
    from: query.from === undefined ? undefined : toIso(momentOf(query.from, startOf)),
    to: query.to === undefined ? undefined : toIso(momentOf(query.to, endOf)),
    before: cursor === undefined ? undefined : openCursor(cursor, seal, key),
  };
  const keep = (row: LogRow): boolean =>
    row.keptUntil * 1000 > now &&
    (caller === undefined || row.caller === caller) &&
    (query.matter === undefined || row.matter === query.matter) &&
    (query.scene === undefined || row.scene === query.scene) &&
    (query.outcome === undefined ? row.outcome !== 'invalid' : row.outcome === query.outcome);

  const stretches = await Promise.all(partitions.map((partition) => log.stretch(partition, range, wanted, keep)));
  // A partition that stopped early says nothing of what is older than where it stopped.
  const horizon = stretches.reduce<string>(
    (latest, { reached }) => (reached !== undefined && reached > latest ? reached : latest),
    '',
  );
  const complete = stretches
    .flatMap(({ rows }) => rows)
    .filter(({ position }) => position >= horizon)
    .toSorted((a, b) => (a.position < b.position ? 1 : -1));
  const page = complete.slice(0, wanted);
  const last = page.at(-1);
  const end = complete.length > page.length ? last?.position : horizon === '' ? undefined : horizon;
  const masked = await log.maskedIds(
    page.filter(({ scheme, subjectId }) => scheme !== undefined && subjectId === null),
  );
  return {
    items: page.map((row) => summaryOf(row, masked.get(`${row.id}/${row.member}`))),
    next: end === undefined ? null : sealCursor(end, seal, key),
  };
}

/** The partitions that hold every record the query can mean. */
async function partitionsOf(
  { subject, matter, outcome }: Omit<SearchRequest, 'cursor' | 'limit'>,
  caller: string | undefined,
  searching: Searching,
): Promise<LogPartition[]> {
  if (subject) return (await subjectKeys(subject, searching)).map((key) => ({ by: 'subject', key }));
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

async function subjectKeys(
  subject: NonNullable<SearchRequest['subject']>,
  { ring, resolve }: Searching,
): Promise<readonly string[]> {
  const parsed = parseIdentifier(subject);
  // A code that fails has records where a steward attested it, and otherwise none.
  if (!parsed.ok && parsed.attestable) return [organisationKey(parsed.attestable.code9)];
  if (!parsed.ok)
    throw new Problem(
      'invalid-identifier',
      { zh: '标识码无效', en: 'The identifier is not valid.' },
      { errors: parsed.faults.map(({ rule, message }) => ({ pointer: '/subject', code: rule, message })) },
    );
  const { identifier } = parsed;
  switch (identifier.kind) {
    case 'organisation':
      return [organisationKey(identifier.code9)];
    case 'person':
      return personKeys(ring, identifier);
    case 'registration':
      return [...(await resolve(identifier.value)), unresolvedKey(identifier.scheme, identifier.value)];
    case 'organisation-name':
      return [unresolvedKey(identifier.scheme, identifier.folded)];
    case 'person-name':
      return [];
  }
}

const momentOf = (given: string, ofDate: (date: CalendarDate) => Instant): Instant => {
  const date = CalendarDate.safeParse(given);
  return date.success ? ofDate(date.data) : parseInstant(given);
};

function summaryOf(row: LogRow, masked: string | undefined): CheckSummary {
  const { id, checkedAt, outcome, scene, matter, caller, scheme, subjectId } = row;
  const summary = { id, checkedAt, outcome, scene, matter, caller };
  return scheme === undefined ? summary : { ...summary, subject: { scheme, id: subjectId ?? masked ?? null } };
}
