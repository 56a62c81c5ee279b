import * as z from 'zod/mini';
import { CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import type { SubjectKey } from '../subject/key.ts';
import { isOwedOn } from './case.ts';
import { Shown } from './entry.ts';
import { heardUntil } from './heard-until.ts';
import { knownAs } from './known-as.ts';
import { isUnderWay, PHASES, type Phase, phaseOf } from './phase.ts';
import { Listing, type Standing } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/** Where an authority's listings stand: what is owed on them, those not decided or not in force yet, and the others. */
export type Shelf = 'owed' | 'under-way' | 'settled';

/** A line of a shelf: what it says of the listing's state is in the standing. */
export interface KeptLine {
  readonly listingId: string;
  readonly subject: SubjectKey;
  /** Where it stands on its shelf. */
  readonly position: string;
  /** Of an answer that is owed: on which case, of which kind, by when. */
  readonly owed?: { readonly caseId: string; readonly kind: string; readonly due: CalendarDate };
}

export interface KeptReader {
  standings(keys: readonly SubjectKey[]): Promise<ReadonlyMap<SubjectKey, Standing>>;
  /** Some lines of a shelf behind a position; `reached` is undefined at its end. */
  kept(
    owner: string,
    shelf: Shelf,
    order: 'oldest-first' | 'newest-first',
    from: string | undefined,
  ): Promise<{ readonly lines: readonly KeptLine[]; readonly reached: string | undefined }>;
}

const KeptPhase = z.enum(PHASES);

/** What of the listings that were made here `GET /v1/listings` asks for. */
export const KeptParameters = {
  state: z.optional(KeptPhase),
  /** What another person than who brought it up has to sign next. */
  waiting: z.optional(z.literal('signature')),
};

/** A listing on its keeper's shelf: what `GET /v1/listings/<id>` says of it, by the same names, without its papers. */
export const KeptListing = z.object({
  id: z.string(),
  /** Code of the authority that keeps it. */
  keeper: z.string(),
  ...z.pick(Listing, { list: true, domain: true, grade: true, document: true, from: true, until: true }).shape,
  phase: KeptPhase,
  hearingUntil: z.optional(CalendarDate),
  /** An organisation as it is known; a person by the scheme alone. */
  subject: z.partial(Shown),
  /** With `waiting`: what is to be signed, on which case, and by when an answer is owed. */
  waitsFor: z.optional(
    z.object({
      what: z.enum(['decision', 'revocation', 'repair', 'proceedings', 'reorganisation', 'identification']),
      caseId: z.optional(z.string()),
      due: z.optional(CalendarDate),
    }),
  ),
});
export type KeptListing = z.infer<typeof KeptListing>;

export interface KeptQuery {
  readonly owners: readonly string[];
  /** Only of these domains; of all where absent. */
  readonly domains?: readonly string[];
  readonly state?: Phase | undefined;
  readonly waiting?: 'signature' | undefined;
}

/** So many stretches of a shelf make one page at most: a rare state gives a short one. */
const MAX_STRETCHES = 10;

/** Which shelf of which owner, and how far along it. */
const Position = z.tuple([z.int(), z.nullable(z.string())]);

/**
 * One page of the listings that authorities keep: what is under way before what is settled, each newest first; or what
 * waits for a signature, what is due first before the rest.
 */
export async function keptListings(
  query: KeptQuery,
  reader: KeptReader,
  workingDays: WorkingDays,
  now: Instant,
  from: string | undefined,
  limit: number,
): Promise<{ items: KeptListing[]; reached: string | undefined }> {
  const order = query.waiting ? 'oldest-first' : 'newest-first';
  const places = query.owners.flatMap((owner) => shelvesOf(query).map((shelf) => ({ owner, shelf })));
  const items: KeptListing[] = [];
  let [index, place] = from === undefined ? [0, null] : Position.parse(JSON.parse(from));
  for (let stretches = 0; ; stretches += 1) {
    const at = places[index];
    if (!at) return { items, reached: undefined };
    if (stretches === MAX_STRETCHES) return { items, reached: JSON.stringify([index, place]) };
    const { lines, reached } = await reader.kept(at.owner, at.shelf, order, place ?? undefined);
    const standings = await reader.standings([...new Set(lines.map(({ subject }) => subject))]);
    for (const line of lines) {
      const item = itemOf(line, at.owner, standings.get(line.subject), query, workingDays, now);
      if (item && items.length === limit) return { items, reached: JSON.stringify([index, place]) };
      if (item) items.push(item);
      place = line.position;
    }
    if (reached !== undefined) continue;
    index += 1;
    place = null;
  }
}

function shelvesOf({ state, waiting }: KeptQuery): readonly Shelf[] {
  if (waiting) return ['owed', 'under-way'];
  if (state === undefined) return ['under-way', 'settled'];
  return state === 'active' || state === 'suspended' || state === 'ended' ? ['settled'] : ['under-way'];
}

function itemOf(
  line: KeptLine,
  owner: string,
  standing: Standing | undefined,
  { domains, state, waiting }: KeptQuery,
  workingDays: WorkingDays,
  now: Instant,
): KeptListing | undefined {
  const listing = standing?.listings.find(({ id }) => id === line.listingId);
  if (!standing || !listing || (domains && !domains.includes(listing.domain))) return undefined;
  const phase = KeptPhase.parse(phaseOf(listing));
  const waitsFor = waiting && signatureOn(listing, line, workingDays, now);
  if ((state !== undefined && phase !== state) || (waiting && !waitsFor)) return undefined;
  const { list, domain, grade, document, from, until } = listing;
  const hearingUntil = heardUntil(listing, workingDays)?.day;
  return {
    id: listing.id,
    keeper: owner,
    list,
    domain,
    ...(grade && { grade }),
    document,
    from,
    until,
    phase,
    ...(hearingUntil && isUnderWay(listing) && { hearingUntil }),
    subject: knownAs(standing.subject, line.subject),
    ...(waitsFor && { waitsFor }),
  };
}

/** What of the answers that are owed takes a second person. */
const SIGNED: Readonly<Record<string, NonNullable<KeptListing['waitsFor']>['what'] | undefined>> = {
  'revocation-signature': 'revocation',
  'repair-result': 'repair',
  'proceedings-signature': 'proceedings',
  'reorganisation-signature': 'reorganisation',
  'identification-signature': 'identification',
  'mistaken-subject-signature': 'identification',
};

/** What another person has to sign of it next: an answer that is owed, or the decision once it was heard. */
function signatureOn(
  listing: Listing,
  { owed }: KeptLine,
  workingDays: WorkingDays,
  now: Instant,
): KeptListing['waitsFor'] {
  if (owed) {
    if (!isOwedOn(listing, owed)) return undefined;
    const what = SIGNED[owed.kind];
    const { caseId, due } = owed;
    return what && { what, caseId, due };
  }
  const heard = listing.state === 'publicised' || listing.state === 'notified';
  const { objections = [] } = listing;
  const hearingUntil = heardUntil(listing, workingDays)?.day;
  const isOver = heard && hearingUntil !== undefined && hearingUntil < dateOf(now);
  return isOver && objections.length === 0 ? { what: 'decision' } : undefined;
}
