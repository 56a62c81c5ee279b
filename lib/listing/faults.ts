import { addMonths } from '../kernel/clock.ts';
import { type Listing, wasWrong } from './standing.ts';

/** Ends after which a fault is none: it was wrong, or nobody says that it was right. */
const NO_FAULT: ReadonlySet<string> = new Set(['revoked', 'withdrawn-by-source']);

/** Whether a listing is a minor fault in one of those domains, in force or rightly ended. */
export const isFault = ({ grade, domain, state, ended }: Listing, domains: readonly string[]): boolean =>
  grade === 'minor' &&
  domains.includes(domain) &&
  (state === 'active' || (state === 'ended' && !wasWrong({ ended }) && !NO_FAULT.has(ended?.reason ?? '')));

/** Whether so many faults by documents of so many months, whichever these are, are among the listings of a subject. */
export function areRepeated(
  listings: readonly Listing[],
  { fromDomains, faults, withinMonths }: NonNullable<Listing['promotion']>,
): boolean {
  const days = listings
    .flatMap((listing) => (isFault(listing, fromDomains) ? [listing.document.issuedOn] : []))
    .toSorted();
  return days.some((first, index) => {
    const last = days[index + faults - 1];
    return last !== undefined && last < addMonths(first, withinMonths);
  });
}
