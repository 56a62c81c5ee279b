import type { ListingEntry } from './entry.ts';
import type { StandingEvent } from './event.ts';
import { isHeavier } from './heaviness.ts';
import { Lapse, type Listing, mayBeFoundWrong, mayReturn } from './standing.ts';

/**
 * What an event of the main listing is for a linked person's: it shares the main one's fate, and keeps what its own case
 * has won. `known` is the person's listing as it is; undefined before the main one comes into force.
 */
export function linkedEvent(
  event: StandingEvent,
  main: Listing,
  listingId: string,
  entry: ListingEntry | undefined,
  known: Listing | undefined,
): StandingEvent[] {
  if (event.type === 'activated') return known ? [] : listed(main, listingId, entry);
  if (!known) return [];
  // One that has gone its own way is not brought back by the main one; but it was as wrong.
  if (known.state === 'ended') return afterItsEnd(event, known);
  switch (event.type) {
    case 'suspended':
      return rests(known, event.cause) ? [] : [{ ...event, listingId, linked: true }];
    case 'resumed':
      return rests(known, event.cause) ? [{ ...event, listingId, linked: true }] : [];
    case 'lowered':
      return known.list === 'black' ? [{ ...event, listingId, ...lighter(event, known) }] : [];
    case 'corrected':
      return [{ ...event, listingId, ...lighter(event, known) }];
    case 'ended':
      return [{ ...event, listingId }];
    case 'found-wrong':
      return [{ type: 'ended', listingId, reason: 'revoked', wrong: true }];
    case 'lapsed':
      return [{ type: 'ended', listingId, reason: event.reason }];
    default:
      return [];
  }
}

function afterItsEnd(event: StandingEvent, known: Listing): StandingEvent[] {
  const { id: listingId } = known;
  if (saysWrong(event)) return mayBeFoundWrong(known) ? [{ type: 'found-wrong', listingId }] : [];
  const lapse = event.type === 'ended' || event.type === 'lapsed' ? Lapse.safeParse(event.reason).data : undefined;
  return lapse && mayReturn(known) ? [{ type: 'lapsed', listingId, reason: lapse }] : [];
}

const saysWrong = (event: StandingEvent): boolean =>
  event.type === 'found-wrong' ||
  (event.type === 'ended' && (event.reason === 'objection-upheld' || event.wrong === true));

/** True while it rests because the main one does. */
const rests = ({ suspensions = [] }: Listing, cause: string): boolean =>
  suspensions.some((each) => each.linked === true && each.cause === cause);

/** Of the main one's new particulars those that are not heavier than the person's own. */
function lighter(
  {
    grade,
    measures,
    until,
  }: {
    readonly grade?: Listing['grade'];
    readonly measures?: string[] | undefined;
    readonly until?: Listing['until'] | undefined;
  },
  known: Listing,
) {
  const shorter = until != null && (known.until === null || until < known.until) ? until : known.until;
  return {
    ...(grade && known.grade && isHeavier(grade, known.grade) && { grade: known.grade }),
    ...(measures && { measures: measures.filter((code) => known.measures.includes(code)) }),
    ...(until != null && shorter !== null && { until: shorter }),
  };
}

function listed(main: Listing, listingId: string, entry: ListingEntry | undefined): StandingEvent[] {
  const { links = [], objections: _, hearing: __, heardGrounds: ___, ...shared } = main;
  const person = entry?.linked[links.findIndex((link) => link.listingId === listingId)];
  if (!person) return [];
  const { role, citation } = person;
  const listing = { ...shared, id: listingId, linkedTo: { listingId: main.id, role, citation } };
  return [{ type: 'listed', listing }];
}
