import type { Catalogue } from '../catalogue/catalogue.ts';
import { addDays, type CalendarDate, dateOf, type Instant, parseInstant } from '../kernel/clock.ts';
import type { EventRecord, StandingEvent } from './event.ts';
import type { Listing, Standing } from './standing.ts';

/** The last days of domains that are abolished, by code. */
export type Abolitions = ReadonlyMap<string, CalendarDate>;

/** None of the catalogue's domains is abolished. */
export const NONE_ABOLISHED: Abolitions = new Map();

/** As a catalogue says it. */
export const abolitionsIn = ({ domains }: Pick<Catalogue, 'domains'>): Abolitions =>
  new Map(
    domains.flatMap(({ code, abolishedAfter }) =>
      abolishedAfter === undefined ? [] : [[code, abolishedAfter] as const],
    ),
  );

type Term = Pick<Listing, 'until' | 'domain'>;

/** The last day on which a listing can count: its own, or its domain's where that comes first; null where there is none. */
export function lastDayOf({ until, domain }: Term, abolitions: Abolitions): CalendarDate | null {
  const abolished = abolitions.get(domain);
  return abolished !== undefined && (until === null || abolished < until) ? abolished : until;
}

/** When something is judged, and which domains are abolished by what the catalogue says then. */
export interface Day {
  readonly at: Instant;
  readonly abolitions: Abolitions;
}

/** Whether neither its own term nor its domain is over, whether or not the schedule has come by; the last day counts. */
export function inTerm(term: Term, { at, abolitions }: Day): boolean {
  const last = lastDayOf(term, abolitions);
  return last === null || last >= dateOf(at);
}

/** Whether a listing's domain is abolished by a day. */
export function isAbolished({ domain }: Pick<Listing, 'domain'>, today: CalendarDate, abolitions: Abolitions): boolean {
  const last = abolitions.get(domain);
  return last !== undefined && last < today;
}

/**
 * What its own end may come to. One that is objected to waits for the answer, though it counts no more: whether it was
 * wrong is still to be said, and from an ended one nothing follows. So does a linked person's that rests with the main one.
 */
const mayEnd = ({ state, objections = [], suspensions = [] }: Listing): boolean =>
  state === 'active' &&
  objections.length === 0 &&
  !suspensions.some(({ cause, linked }) => cause === 'objection' && linked);

/**
 * The day after which a standing has a listing to be ended, so that it is found by it: the earliest last day of what may
 * end, or the day before the change where that has passed already. Undefined where nothing that may end has a term.
 */
export function dueDay({
  after,
  records,
}: {
  readonly after: Standing;
  readonly records: readonly EventRecord[];
}): CalendarDate | undefined {
  const terms = after.listings.flatMap((listing) => (mayEnd(listing) ? (listing.until ?? []) : []));
  const [first] = terms.toSorted();
  const changed = records.at(-1);
  if (first === undefined || changed === undefined) return first;
  const before = addDays(dateOf(parseInstant(changed.at)), -1);
  return [first, before].toSorted().at(-1);
}

/**
 * What ends the active listings whose last day has passed: of their own term, or of their domain where that came first.
 * Suspended ones too: nothing is left that could be resumed.
 */
export function endings({ listings }: Standing, today: CalendarDate, abolitions: Abolitions): StandingEvent[] {
  return listings.flatMap((listing): StandingEvent[] => {
    const reason = mayEnd(listing) ? reasonToEnd(listing, today, abolitions) : undefined;
    return reason ? [{ type: 'ended', listingId: listing.id, reason }] : [];
  });
}

/** Whether something of an abolished domain stands yet, because an objection to it is to be answered first. */
export const waitsForAnswer = ({ listings }: Standing, today: CalendarDate, abolitions: Abolitions): boolean =>
  listings.some(
    (listing) =>
      listing.state === 'active' && !mayEnd(listing) && reasonToEnd(listing, today, abolitions) === 'abolished',
  );

/** By which of the two it is over on a day, where it is. */
export function reasonToEnd(term: Term, today: CalendarDate, abolitions: Abolitions) {
  const last = lastDayOf(term, abolitions);
  if (last === null || last >= today) return undefined;
  return last === term.until ? 'expired' : 'abolished';
}
