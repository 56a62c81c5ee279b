import { identifiedAs, type Standing } from '../listing/standing.ts';
import { isNameKey } from '../subject/key.ts';
import type { Carried } from './carry-out.ts';
import type { Conflict } from './conflict.ts';
import { lineageOf } from './lineage.ts';

/** It has ended, or it was found whose it is. */
export function isSettled(standing: Standing, listingId: string): boolean {
  const listing = standing.listings.find(({ id }) => id === listingId);
  return listing?.state === 'ended' || identifiedAs(standing, listingId).some(({ same }) => same);
}

/**
 * Listings under a name alone, each for a steward to find whose it is. Those that an earlier attempt has written are among
 * them: it may not have come to telling of them.
 */
export function nameOnly({ unit: { source, subject }, before, outcome }: Carried): Conflict[] {
  if (!isNameKey(subject)) return [];
  const standing = outcome.change?.change.after ?? before;
  return [...outcome.added, ...outcome.changed, ...outcome.unchanged].flatMap(({ row, listingId }): Conflict[] => {
    const listing = lineageOf(listingId, standing).at(-1);
    if (standing === undefined || listing === undefined || row.foldedName === undefined) return [];
    if (isSettled(standing, listing.id)) return [];
    return [{ kind: 'name-only', subject, source, values: [row.foldedName, listing.id] }];
  });
}
