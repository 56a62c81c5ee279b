import { addDays, type CalendarDate, dateOf, type Instant, parseInstant } from '../kernel/clock.ts';
import type { StandingEvent } from './event.ts';
import type { Listing, Standing } from './standing.ts';
import type { StandingChange } from './transition.ts';

/** The last days of domains that are abolished, by code. */
export type Abolitions = ReadonlyMap<string, CalendarDate>;

/** Whether a term is not over; its last day counts. */
export const inTerm = (until: Listing['until'], at: Instant): boolean => until === null || until >= dateOf(at);

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
export function dueDay({ after, records }: Pick<StandingChange, 'after' | 'records'>): CalendarDate | undefined {
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

function reasonToEnd({ until, domain }: Listing, today: CalendarDate, abolitions: Abolitions) {
  const abolished = abolitions.get(domain);
  const expires = until !== null && until < today;
  if (abolished === undefined || abolished >= today) return expires ? 'expired' : undefined;
  return expires && until <= abolished ? 'expired' : 'abolished';
}
