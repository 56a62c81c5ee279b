import type { Catalogue } from '../catalogue/catalogue.ts';
import { unresolvedKey } from '../check/record.ts';
import type { CalendarDate } from '../kernel/clock.ts';
import { type Move, moveId, movesOf } from '../listing/moves.ts';
import { type EndReason, identifiedAs, type Listing, type Standing } from '../listing/standing.ts';
import { foldName } from '../subject/fold.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';

/** What happened to one listing in one write of its subject's standing. */
export interface Change {
  /** Of its first move: the same at every delivery. */
  readonly id: string;
  /** What checks of the subject are found by in the log: of one that is known by its name alone, the name. */
  readonly subject: string;
  /** Absent where it was not known. */
  readonly before: Listing | undefined;
  readonly after: Listing;
  /** The other listings of the subject, as they are now. */
  readonly beside: readonly Listing[];
  /** Found to be wrong, as a whole or in part: whoever it decided about is owed a remedy. */
  readonly wrong: boolean;
  readonly ended: EndReason | undefined;
}

/** The changes between two standings. `corrected` are the listings that an objection corrected in part. */
export function changesOf(
  subject: SubjectKey,
  before: Standing | undefined,
  after: Standing,
  corrected: ReadonlySet<string>,
): Change[] {
  const own = movedIn(subject, before, after, corrected);
  return isNameKey(subject) ? [...own, ...foundIn(subject, own, before, after)] : own;
}

/**
 * What stands under a name is a change for those too whose it was found to be. Finding it is one, and so is that it was
 * not theirs after all: to them it was wrong.
 */
function foundIn(subject: SubjectKey, own: readonly Change[], before: Standing | undefined, after: Standing): Change[] {
  const moved = own.flatMap((change) =>
    ownersOf(after, change.after.id).map((owner): Change => ({ ...change, subject: owner })),
  );
  const found = after.listings.flatMap((listing) => {
    const [known, owners] = [before ? ownersOf(before, listing.id) : [], ownersOf(after, listing.id)];
    const change = {
      id: moveId(subject, after.version, listing.id, 'identified'),
      beside: after.listings.filter(({ id }) => id !== listing.id),
      ended: undefined,
    };
    const was = before?.listings.find(({ id }) => id === listing.id);
    return [
      ...without(owners, known).map((owner) => ({
        ...change,
        subject: owner,
        before: undefined,
        after: listing,
        wrong: false,
      })),
      ...without(known, owners).map((owner) => ({
        ...change,
        subject: owner,
        before: was,
        after: { ...listing, state: 'ended' as const },
        wrong: true,
      })),
    ];
  });
  return [...moved, ...found];
}

const without = (some: readonly SubjectKey[], others: readonly SubjectKey[]): SubjectKey[] =>
  some.filter((each) => !others.includes(each));

const ownersOf = (standing: Standing, listingId: string): SubjectKey[] =>
  identifiedAs(standing, listingId).flatMap(({ subject, same }) => (same ? [subject] : []));

function movedIn(
  subject: SubjectKey,
  before: Standing | undefined,
  after: Standing,
  corrected: ReadonlySet<string>,
): Change[] {
  const byListing = new Map<string, Move[]>();
  for (const move of movesOf(subject, before, after))
    byListing.set(move.listing.id, [...(byListing.get(move.listing.id) ?? []), move]);
  return [...byListing.values()].flatMap((moves) => {
    const [first] = moves;
    if (!first) return [];
    const { id, listing } = first;
    const withdrawn = moves.some((move) => move.kind === 'corrected' && move.correction === 'withdrawn');
    return [
      {
        id,
        subject: isNameKey(subject) ? unresolvedKey('org-name', foldName(after.subject.name ?? '')) : subject,
        before: before?.listings.find((each) => each.id === listing.id),
        after: listing,
        beside: after.listings.filter((each) => each.id !== listing.id),
        wrong: withdrawn || corrected.has(listing.id),
        ended: moves.flatMap((move) => (move.kind === 'ended' ? [move.reason] : []))[0],
      },
    ];
  });
}

/** Whether it counts by its own state, whatever the day. */
export const counts = (listing: Listing | undefined): listing is Listing =>
  listing?.state === 'active' && (listing.suspensions ?? []).length === 0;

/** Whether it may weigh on checks that were made without it, from that day on. */
export function mayRise(
  { after }: Change,
  { catalogue, today }: { readonly catalogue: Pick<Catalogue, 'domains'>; readonly today: CalendarDate },
): boolean {
  const last = catalogue.domains.find(({ code }) => code === after.domain)?.abolishedAfter;
  const isOver = (day: CalendarDate | null | undefined) => day != null && day < today;
  return counts(after) && after.list !== 'red' && !isOver(after.until) && !isOver(last);
}

/** Whether checks that rest on it may be otherwise now. */
export const mayFall = ({ before, wrong }: Change): boolean => wrong || counts(before);
