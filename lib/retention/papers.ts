import { addDays, addYears, type CalendarDate, type Clock, dateOf, parseInstant, toIso } from '../kernel/clock.ts';
import { type Case, isOwedOn } from '../listing/case.ts';
import type { Listing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import { monthsUpTo } from './months.ts';

const ENTRIES_AT_ONCE = 100;
/** Days after which it is looked again at what could not be deleted yet. */
const AGAIN_AFTER_DAYS = 30;

/** Subjects of which something ended on a day, at once. */
export interface EndedEntry {
  readonly on: CalendarDate;
  /** Tells it from others of the day. */
  readonly which: string;
  readonly subjects: readonly SubjectKey[];
}

/** What stays of papers that were deleted because their time had come. */
export interface PapersTombstone {
  readonly listingId: string;
  readonly deletedAt: string;
  readonly rule: string;
}

/** What the sweeper may do to the papers of listings. */
export interface PapersStore {
  /** The entries of one month, `YYYY-MM`, in order of their days, beyond a position. */
  endedIn(
    month: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ entries: (EndedEntry & { position: string })[]; reached: string | undefined }>;
  listingsOf(subject: SubjectKey): Promise<readonly Listing[]>;
  /** The cases of a listing, and whether it has papers of a decision made here. */
  papersOf(listingId: string): Promise<{ cases: readonly Case[]; entry: boolean }>;
  /** Puts the tombstone, then deletes the cases, then the decision's papers. */
  burnPapers(tombstone: PapersTombstone, cases: readonly Case[]): Promise<void>;
  /** Puts the entry under another day; forgets it without one. */
  moveEntry(entry: EndedEntry, to: CalendarDate | undefined): Promise<void>;
}

/** How long papers are kept, and by which catalogue. */
export interface PapersRule {
  readonly years: number;
  readonly catalogueVersion: string;
}

export interface PapersReport {
  /** Listings whose papers were deleted. */
  readonly papers: number;
  /** Whether there was no time for the rest. */
  readonly unfinished: boolean;
}

/**
 * Deletes the papers of listings that ended so long ago that no check can be kept that rests on them: what was proposed,
 * said and shown. The listing itself and its events stay: standings of the past are folded from them.
 */
export async function sweepPapers(
  store: PapersStore,
  { years, catalogueVersion }: PapersRule,
  clock: Clock,
  until: number,
): Promise<PapersReport> {
  const last = addDays(addYears(dateOf(clock()), -years), -1);
  const rule = `ended, kept ${years} years by ${catalogueVersion}`;
  let papers = 0;
  for (const month of monthsUpTo(last)) {
    let after: string | undefined;
    do {
      const { entries, reached } = await store.endedIn(month, after, ENTRIES_AT_ONCE);
      for (const entry of entries.filter(({ on }) => on <= last)) {
        if (clock() >= until) return { papers, unfinished: true };
        const standings = await Promise.all(entry.subjects.map((subject) => store.listingsOf(subject)));
        let waits = false;
        for (const { listing, ended, listings } of standings.flatMap((all) => dueOf(all, last))) {
          const { id } = listing;
          const { cases, entry: has } = await store.papersOf(id);
          if (mayComeBack(ended, listings, last) || cases.some((each) => isOwed(each, listing))) waits = true;
          else if (has || cases.length > 0) {
            await store.burnPapers({ listingId: id, deletedAt: toIso(clock()), rule }, cases);
            papers += 1;
          }
        }
        await store.moveEntry(entry, waits ? addDays(last, AGAIN_AFTER_DAYS) : undefined);
      }
      after = reached;
    } while (after !== undefined);
  }
  return { papers, unfinished: false };
}

/** Those of a subject that had ended by a day, each beside all of its subject. */
const dueOf = (listings: readonly Listing[], last: CalendarDate) =>
  listings.flatMap((listing) => {
    const { ended } = listing;
    return ended && isDue(ended, last) ? [{ listing, ended, listings }] : [];
  });

/** Most of what was open on it ended with it, and nobody can answer it any more. */
const isOwed = ({ id, deadline }: Case, listing: Listing): boolean =>
  deadline !== undefined && isOwedOn(listing, { kind: deadline.kind, caseId: id });

const isDue = ({ at }: NonNullable<Listing['ended']>, last: CalendarDate): boolean => dateOf(parseInstant(at)) <= last;

/** A red listing that a black one ended comes back when that one is found to be wrong, as long as its papers are there. */
const mayComeBack = (ended: NonNullable<Listing['ended']>, listings: readonly Listing[], last: CalendarDate): boolean =>
  listings.some((each) => each.id === ended.by && !(each.ended && isDue(each.ended, last)));
