import type { CalendarDate } from '../kernel/clock.ts';
import type { Listing } from '../listing/standing.ts';

/**
 * The first of the guards that stops a listing by its own dates and state, in whatever scene it is asked about;
 * undefined for one that is in force on that day. A suspended one is in force, and its measures rest.
 */
export function stoppedByItself(listing: Listing, today: CalendarDate): 'effective' | 'term' | 'ended' | undefined {
  if (!isEffective(listing, today)) return 'effective';
  if (listing.until !== null && listing.until < today) return 'term';
  return listing.state === 'ended' ? 'ended' : undefined;
}

export const isSuspended = ({ suspensions }: Listing): boolean => (suspensions ?? []).length > 0;

/** After publicity and signature, on a document that is in force. */
const isEffective = (listing: Listing, today: CalendarDate): boolean =>
  (listing.state === 'active' || listing.state === 'ended') &&
  listing.from <= today &&
  listing.document.issuedOn <= today;
