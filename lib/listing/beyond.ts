import type { Instant } from '../kernel/clock.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { blackInForce, reinstated, wasWrongAsBlack } from './consequence.ts';
import type { Signature, StandingEvent } from './event.ts';
import type { StandingStore, SubjectChange } from './ports.ts';
import { isOwnUnder, type Known, reaching, withTied } from './reach.ts';
import { type Listing, mayReturn, type Standing } from './standing.ts';
import { inTerm } from './term.ts';
import { advance, type StandingChange } from './transition.ts';

/**
 * What the law makes of changes beyond the standing that each is of (S17(7)): a black listing that reaches a subject from
 * whom it succeeds, or from a name under which it was found to be its own, ends its red ones in the same transaction, and
 * brings back those that it ended where it was wrong, or never reached them (D7). Everything that this rests on is part of
 * the transaction: a standing that was read and stays as it is comes with no events, which says that it has not moved.
 * Nothing is read where nobody is tied to whom the changes are of; `tied` are standings that the changes rest on already.
 */
export async function beyond(
  changes: readonly SubjectChange[],
  store: Pick<StandingStore, 'standings'>,
  by: Signature,
  at: Instant,
  tied: Known = new Map(),
): Promise<SubjectChange[]> {
  if (!changes.some(({ change }) => bears(change))) return [...changes];
  const own = new Map(changes.map((each) => [each.key, each]));
  const start = new Map([...tied, ...changes.map(({ key, change }) => [key, change.after] as const)]);
  const known = await withTied(start, (keys) => store.standings(keys));
  const events = eventsAmong(
    known,
    changes.some(({ change }) => releases(change)),
    at,
  );
  return [
    ...changes.map((each) => ({ ...each, change: furthered(each.change, events.get(each.key) ?? [], by, at) })),
    ...[...known].flatMap(([key, standing]) => {
      if (own.has(key)) return [];
      const unmoved = { before: standing, after: standing, records: [] };
      return [{ key, change: furthered(unmoved, events.get(key) ?? [], by, at), documents: [], names: [] }];
    }),
  ];
}

/**
 * The black listing in force that stands against a subject's red ones, its own or one that reaches it.
 */
export const blackAgainst = (key: SubjectKey, known: Known, at: Instant): Listing | undefined =>
  reaching(key, known).find(({ listing }) => isBlackInForce(listing, at))?.listing;

function eventsAmong(known: Known, released: boolean, at: Instant): Map<SubjectKey, StandingEvent[]> {
  const events = new Map<SubjectKey, StandingEvent[]>();
  const listings = new Map(
    [...known.values()].flatMap((each) => each.listings.map((listing) => [listing.id, listing])),
  );
  for (const key of known.keys()) {
    if (isNameKey(key)) continue;
    const reached = reaching(key, known);
    const black = reached.find(({ listing }) => isBlackInForce(listing, at))?.listing;
    const reaches = new Set(reached.map(({ listing }) => listing.id));
    // Of one that is wrong, or reaches it no more; one that nothing is known of may stand against it still.
    const isFree = ({ ended }: Listing): boolean => {
      const by = listings.get(ended?.by ?? '');
      return by !== undefined && (wasWrongAsBlack(by) || !reaches.has(by.id));
    };
    for (const { under, listing } of reached) {
      if (listing.list !== 'red' || !isOwnUnder(key, under, listing, known)) continue;
      const listingId = listing.id;
      if (black && listing.state === 'active')
        add(under, { type: 'ended', listingId, reason: 'blacklisted', by: black.id });
      else if (released && !black && mayReturn(listing) && inTerm(listing.until, at) && isFree(listing))
        for (const event of reinstated(listing)) add(under, event);
    }
  }
  return events;

  function add(key: SubjectKey, event: StandingEvent): void {
    events.set(key, [...(events.get(key) ?? []), event]);
  }
}

function furthered(change: StandingChange, events: readonly StandingEvent[], by: Signature, at: Instant) {
  if (events.length === 0) return change;
  const more = advance(change.after, events, by, at);
  return { before: change.before, after: more.after, records: [...change.records, ...more.records] };
}

const isBlackInForce = (listing: Listing, at: Instant): boolean =>
  blackInForce({ listings: [listing] }, at) !== undefined;

/** Whether a change can set a black listing against a red one, or take one away. */
const bears = (change: StandingChange): boolean => releases(change) || comesIntoForce(change) || ties(change);

/** A black or a red listing is in force that was not, or for longer. */
function comesIntoForce({ before, after }: StandingChange): boolean {
  const was = new Map(before.listings.map((listing) => [listing.id, listing]));
  return after.listings.some((listing) => {
    const known = was.get(listing.id);
    const isSame = known?.state === 'active' && known.list === listing.list && known.until === listing.until;
    return listing.state === 'active' && (listing.list === 'black' || listing.list === 'red') && !isSame;
  });
}

/** A listing that stood against red ones was wrong, or what was tied together is so no more. */
function releases({ before, after }: StandingChange): boolean {
  const wrong = new Set(before.listings.flatMap((listing) => (wasWrongAsBlack(listing) ? [listing.id] : [])));
  const still = new Set(tiesOf(after));
  return (
    after.listings.some((listing) => listing.list !== 'red' && wasWrongAsBlack(listing) && !wrong.has(listing.id)) ||
    tiesOf(before).some((each) => !still.has(each))
  );
}

function ties({ before, after }: StandingChange): boolean {
  const was = new Set(tiesOf(before));
  return tiesOf(after).some((each) => !was.has(each));
}

const tiesOf = ({ predecessors = [], successors = [], identified = [] }: Standing): string[] => [
  ...predecessors.map((key) => `after ${key}`),
  ...successors.map((key) => `before ${key}`),
  ...identified.flatMap(({ listingId, subject, same }) => (same ? [`${listingId} of ${subject}`] : [])),
];
