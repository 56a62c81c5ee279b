import { addMonths } from '../kernel/clock.ts';
import { foldName } from '../subject/fold.ts';
import { type Listing, wasWrong } from './standing.ts';

/** Ends after which a fault is none: it was wrong, or nobody says that it was right. */
const NO_FAULT: ReadonlySet<string> = new Set(['revoked', 'withdrawn-by-source']);

/** Whether a listing is a minor fault in one of those domains that is in force, or was and was not found to be wrong. */
export const wasFault = ({ grade, domain, state, ended }: Listing, domains: readonly string[]): boolean =>
  grade === 'minor' && domains.includes(domain) && (state === 'active' || (state === 'ended' && !wasWrong({ ended })));

/** Whether it is one that counts: in force or rightly ended. */
const isFault = (listing: Listing, domains: readonly string[]): boolean =>
  wasFault(listing, domains) && !NO_FAULT.has(listing.ended?.reason ?? '');

/** What of two listings tells that they are about one fault: two sources may bring it, or one source again. */
export const faultOf = ({ domain, document }: Listing): string => `${domain} ${foldName(document.number)}`;

/** The minor faults among the listings of a subject, each once. */
export function faultsIn(listings: readonly Listing[], domains: readonly string[]): Listing[] {
  const faults = new Map<string, Listing>();
  for (const each of listings) if (isFault(each, domains)) faults.set(faultOf(each), each);
  return [...faults.values()];
}

/** Whether so many faults by documents of so many months, whichever these are, are among the listings of a subject. */
export function areRepeated(
  listings: readonly Listing[],
  { fromDomains, faults, withinMonths }: NonNullable<Listing['promotion']>,
): boolean {
  const days = faultsIn(listings, fromDomains)
    .map(({ document }) => document.issuedOn)
    .toSorted();
  return days.some((first, index) => {
    const last = days[index + faults - 1];
    return last !== undefined && last < addMonths(first, withinMonths);
  });
}
