import type { StandingEvent } from './event.ts';
import { areRepeated } from './faults.ts';
import { type Listing, mayReturn, type Standing, wasWrong } from './standing.ts';
import { type Day, inTerm } from './term.ts';

/**
 * What the law attaches to an event, in the same transaction: a black listing ends the subject's red ones (S17(7)), a red
 * one beside a black one ends at once, and a black one that was wrong, in whole or as a black one, brings back those that it ended (D7); a watch listing
 * falls with the minor faults that brought it. It is the finding that ends an honour: a later first day of the black
 * listing says from when its measures bind, and no more. What is over ends none, be it by its own last day or by that of its
 * domain, whether or not it has been written as ended. Under a name alone each listing may be of another firm: none ends
 * another there; what was found to be one subject's is held against one another by `beyond`.
 */
export function consequenceOf(event: StandingEvent, after: Standing, on: Day): StandingEvent[] {
  const id = 'listing' in event ? event.listing.id : 'listingId' in event ? event.listingId : undefined;
  const listing = after.listings.find((each) => each.id === id);
  if (!listing || after.subject.scheme === 'org-name') return [];
  if (event.type === 'ended' || event.type === 'found-wrong')
    return [...(wasWrong(listing) ? reinstatements(listing, after, on) : []), ...fallen(listing, after)];
  // Whoever brings one back has looked at what stands against it, here and beyond.
  if (listing.state !== 'active' || event.type === 'reinstated') return [];
  if (event.type === 'lowered' && event.wrong) return reinstatements(listing, after, on);
  if (listing.list === 'black' && inTerm(listing, on))
    return after.listings.filter(isActiveRed).map(({ id: listingId }) => blacklisted(listingId, listing.id));
  const black = listing.list === 'red' ? blackInForce(after, on) : undefined;
  return black ? [blacklisted(listing.id, black.id)] : [];
}

/** Watch listings of which too few faults are left; one that fell with a fault that was wrong was wrong as well. */
const fallen = (fault: Listing, { listings }: Standing): StandingEvent[] =>
  fault.grade !== 'minor'
    ? []
    : listings.flatMap(({ id: listingId, state, promotion }): StandingEvent[] =>
        state !== 'active' || !promotion?.fromDomains.includes(fault.domain) || areRepeated(listings, promotion)
          ? []
          : [
              {
                type: 'ended',
                listingId,
                reason: 'faults-fallen',
                by: fault.id,
                ...(wasWrong(fault) && { wrong: true }),
              },
            ],
      );

/** A black listing that stands against a red one, also before its first day and while an objection suspends it. */
export const blackInForce = ({ listings }: Pick<Standing, 'listings'>, on: Day): Listing | undefined =>
  listings.find((each) => each.list === 'black' && each.state === 'active' && inTerm(each, on));

const isActiveRed = ({ list, state }: Listing): boolean => list === 'red' && state === 'active';

export const blacklisted = (listingId: string, by: string): StandingEvent => ({
  type: 'ended',
  listingId,
  reason: 'blacklisted',
  by,
});

/**
 * Of those that a wrong black listing ended, save those whose own ground or term has gone. Where another one stands they have
 * ended by that: it keeps them so when it is over, though something else is found wrong later.
 */
function reinstatements({ list }: Listing, after: Standing, on: Day): StandingEvent[] {
  if (list === 'red') return [];
  const black = blackInForce(after, on);
  const wrong = new Set(after.listings.flatMap((each) => (wasWrongAsBlack(each) ? [each.id] : [])));
  return after.listings
    .filter((each) => mayReturn(each) && wrong.has(each.ended?.by ?? '') && inTerm(each, on))
    .flatMap((each) => (black ? keptEnded(each, black) : reinstated(each)));
}

/** Wrong as a whole, or wrong as a black listing. */
export const wasWrongAsBlack = (listing: Listing): boolean => wasWrong(listing) || listing.wronglyBlack === true;

/** A red listing comes back; resting, where an objection to it was taken up before it ended or since. */
export const reinstated = ({ id: listingId, objections = [] }: Listing): StandingEvent[] => [
  { type: 'reinstated', listingId },
  ...(objections.some(({ accepted }) => accepted)
    ? [{ type: 'suspended', listingId, cause: 'objection' } as const]
    : []),
];

/** What had ended a red listing was wrong or never reached it, and another black one stands against it: it ends by that one. */
export const keptEnded = ({ id: listingId }: Listing, { id: by }: Listing): StandingEvent[] => [
  { type: 'reinstated', listingId },
  blacklisted(listingId, by),
];
