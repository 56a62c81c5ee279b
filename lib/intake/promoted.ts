import type { Signature, StandingEvent } from '../listing/event.ts';
import { promotionsOf, type WatchList } from '../listing/promotion.ts';
import type { Day } from '../listing/term.ts';
import { advance } from '../listing/transition.ts';
import { isNameKey } from '../subject/key.ts';
import type { UnitChange } from './changes.ts';

/** Whether a unit says something of a minor fault, and it is not the only one of its subject. */
export const mayPromote = ({ change }: UnitChange): boolean =>
  change !== undefined &&
  !isNameKey(change.key) &&
  change.change.records.some(({ event }) => 'listing' in event && event.listing.grade === 'minor') &&
  change.change.after.listings.filter(({ grade }) => grade === 'minor').length > 1;

/**
 * A unit's change with the watch listings that its new minor faults bring, in the same transaction: from a file as from a
 * decision made here. What stands under a name alone is nobody's yet, and adds up to nothing.
 */
export function promoted(outcome: UnitChange, lists: readonly WatchList[], by: Signature, on: Day): UnitChange {
  const { change } = outcome;
  if (!change || !mayPromote(outcome)) return outcome;
  const { before, after, records } = change.change;
  const watches = promotionsOf(before.listings, after.listings, lists, on).map(({ listing }) => listing);
  const listed = watches.map((listing): StandingEvent => ({ type: 'listed', listing }));
  const more = advance(after, listed, by, on.at, on.abolitions);
  return {
    ...outcome,
    change: {
      ...change,
      change: { before, after: more.after, records: [...records, ...more.records] },
      documents: [
        ...change.documents,
        ...watches.map(({ id: listingId }) => ({ listingId, subject: change.key, fields: {} })),
      ],
    },
  };
}
