import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { blackInForce, blacklisted, keptEnded, reinstated, wasWrongAsBlack } from './consequence.ts';
import type { Signature, StandingEvent } from './event.ts';
import type { StandingStore, SubjectChange } from './ports.ts';
import { downward, itsNames, type Known, ownersOf, reaching, successorsOf, upward, walked } from './reach.ts';
import { identifiedAs, type Listing, mayReturn, type Standing } from './standing.ts';
import { type Day, inTerm } from './term.ts';
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
  on: Day,
  tied: Known = new Map(),
): Promise<SubjectChange[]> {
  const bearing = changes.filter(({ change }) => bears(change));
  if (bearing.length === 0) return [...changes];
  const own = new Map(changes.map((each) => [each.key, each]));
  const start = new Map([...tied, ...changes.map(({ key, change }) => [key, change.after] as const)]);
  const { known, reds } = await redsAmong(bearing, start, (keys) => store.standings(keys), on);
  const events = eventsOf(reds, known, on);
  return [
    ...changes.map((each) => ({ ...each, change: furthered(each.change, events.get(each.key) ?? [], by, on) })),
    ...[...known].flatMap(([key, standing]) => {
      if (own.has(key)) return [];
      const unmoved = { before: standing, after: standing, records: [] };
      return [{ key, change: furthered(unmoved, events.get(key) ?? [], by, on), documents: [], names: [] }];
    }),
  ];
}

/**
 * The black listing in force that stands against a subject's red ones, its own or one that reaches it.
 */
export const blackAgainst = (key: SubjectKey, known: Known, on: Day): Listing | undefined =>
  reaching(key, known).find(({ listing }) => isBlackInForce(listing, on))?.listing;

/** A red listing that the changes bear on, under whom it stands, and whose it is. */
interface Red {
  readonly under: SubjectKey;
  readonly listing: Listing;
  readonly owners: readonly SubjectKey[];
  /** Whether it comes back where nothing stands against it. */
  readonly returns: boolean;
}

type Bearing = Pick<SubjectChange, 'key' | 'change'>;

/**
 * The red listings that changes bear on, with every standing that says whether they stay: down from where a black listing
 * lands to those that succeed, and up from a red one to whom its owner succeeds. What stands beside, as the other firms of
 * a merger do, says nothing of it: it is neither read nor held.
 */
async function redsAmong(
  bearing: readonly Bearing[],
  start: Known,
  read: StandingStore['standings'],
  on: Day,
): Promise<{ known: Known; reds: readonly Red[] }> {
  const concerned = bearing.flatMap(concernedBy);
  const onward = bearing.filter(({ change }) => spreads(change)).flatMap(concernedBy);
  const below = await walked(await walked(start, concerned, itsNames, read), onward, downward, read);
  const subjects = new Set([...concerned, ...onward.flatMap((each) => successorsOf(each, below))]);
  const isReleased = bearing.some(({ change }) => releases(change));
  const reds = redsOf(subjects, bearing, below).map((red) => ({
    ...red,
    returns: isReleased && mayReturn(red.listing) && inTerm(red.listing, on) && !isHeld(red, below),
  }));
  const inForce = reds.filter(({ listing }) => listing.state === 'active');
  const fresh = new Set(bearing.flatMap(({ change }) => movedIn(change)).map(({ id }) => id));
  const known = await walked(
    below,
    [
      // Of the others whom they succeed, it is known that nothing stands against those in force.
      ...(inForce.length > 0 ? bearing.flatMap(({ change }) => newPredecessors(change)) : []),
      ...inForce.filter(({ listing }) => fresh.has(listing.id)).flatMap(({ owners }) => owners),
      ...reds.filter(({ returns }) => returns).flatMap(({ owners }) => owners),
    ],
    upward,
    read,
  );
  return { known, reds };
}

/** Each once, whosever they are. */
function redsOf(subjects: Iterable<SubjectKey>, bearing: readonly Bearing[], known: Known): Omit<Red, 'returns'>[] {
  const found = new Map<string, Omit<Red, 'returns'>>();
  const add = (under: SubjectKey, standing: Standing, listing: Listing) => {
    if (listing.list === 'red') found.set(listing.id, { under, listing, owners: ownersOf(under, standing, listing) });
  };
  for (const subject of subjects) {
    const standing = known.get(subject);
    for (const listing of standing?.listings ?? []) if (standing) add(subject, standing, listing);
    for (const name of standing?.names ?? []) {
      const named = known.get(name);
      for (const listing of named?.listings ?? [])
        if (named && ownersOf(name, named, listing).includes(subject)) add(name, named, listing);
    }
  }
  // Also one that was found to be nobody's.
  for (const { key, change } of bearing)
    if (isNameKey(key)) for (const each of movedIn(change)) add(key, change.after, each);
  return [...found.values()];
}

function eventsOf(reds: readonly Red[], known: Known, on: Day): Map<SubjectKey, StandingEvent[]> {
  const events = new Map<SubjectKey, StandingEvent[]>();
  for (const red of reds) {
    const { under, listing, owners, returns } = red;
    const black = owners.map((owner) => blackAgainst(owner, known, on)).find((each) => each !== undefined);
    if (black && listing.state === 'active') add(under, [blacklisted(listing.id, black.id)]);
    else if (returns && !isHeld(red, known)) add(under, black ? keptEnded(listing, black) : reinstated(listing));
  }
  return events;

  function add(key: SubjectKey, more: readonly StandingEvent[]): void {
    events.set(key, [...(events.get(key) ?? []), ...more]);
  }
}

/** Whether the black listing that ended it was right, and reaches an owner of it still. */
function isHeld({ listing: { ended }, owners }: Pick<Red, 'listing' | 'owners'>, known: Known): boolean {
  const by = owners.flatMap((owner) => reaching(owner, known)).find(({ listing }) => listing.id === ended?.by);
  return by !== undefined && !wasWrongAsBlack(by.listing);
}

function furthered(change: StandingChange, events: readonly StandingEvent[], by: Signature, on: Day) {
  if (events.length === 0) return change;
  const more = advance(change.after, events, by, on.at, on.abolitions);
  return { before: change.before, after: more.after, records: [...change.records, ...more.records] };
}

/** Of whom a change is: under a name, of those whose the listings that it moves were found to be, or were until now. */
function concernedBy({ key, change }: Bearing): SubjectKey[] {
  if (!isNameKey(key)) return [key];
  return movedIn(change).flatMap((listing) =>
    [change.before, change.after].flatMap((standing) => ownersOf(key, standing, listing)),
  );
}

/** The listings that a change makes something else of, or somebody else's. */
function movedIn({ before, after }: StandingChange): Listing[] {
  const were = new Set(before.listings);
  const whose = (standing: Standing, { id }: Listing) =>
    identifiedAs(standing, id)
      .map((each) => tieOf(each))
      .join();
  return after.listings.filter((each) => !were.has(each) || whose(before, each) !== whose(after, each));
}

const newPredecessors = ({ before, after }: StandingChange): SubjectKey[] =>
  (after.predecessors ?? []).filter((each) => !before.predecessors?.includes(each));

const isBlackInForce = (listing: Listing, on: Day): boolean => blackInForce({ listings: [listing] }, on) !== undefined;

/** Whether a change can set a black listing against a red one, or take one away. */
const bears = (change: StandingChange): boolean => spreads(change) || comesIntoForce(change, 'red');

/** Whether it can do so for whoever succeeds its subject. */
const spreads = (change: StandingChange): boolean =>
  releases(change) || comesIntoForce(change, 'black') || ties(change);

/** Such a listing is in force that was not, or for longer. */
function comesIntoForce({ before, after }: StandingChange, list: 'black' | 'red'): boolean {
  const was = new Map(before.listings.map((listing) => [listing.id, listing]));
  return after.listings.some((listing) => {
    const known = was.get(listing.id);
    const isSame = known?.state === 'active' && known.list === listing.list && known.until === listing.until;
    return listing.state === 'active' && listing.list === list && !isSame;
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

/** By what listings reach it, or reach from it; a succession is the successor's. */
const tiesOf = ({ predecessors = [], identified = [] }: Standing): string[] => [
  ...predecessors.map((key) => `after ${key}`),
  ...identified.flatMap((each) => (each.same ? [tieOf(each)] : [])),
];

const tieOf = ({ listingId, subject, same }: NonNullable<Standing['identified']>[number]): string =>
  `${listingId} ${same ? 'of' : 'not of'} ${subject}`;
