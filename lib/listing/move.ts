import type { Clock, Instant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { SubjectKey } from '../subject/key.ts';
import { afterReading } from './after-reading.ts';
import { beyond } from './beyond.ts';
import type { Case } from './case.ts';
import type { ListingEntry } from './entry.ts';
import type { Signature, StandingEvent } from './event.ts';
import { linkedEvent } from './linked.ts';
import { assertOneTransaction } from './one-transaction.ts';
import { isUnderWay, type Papers } from './phase.ts';
import { type ListingDocument, StandingMoved, type StandingStore, type SubjectChange } from './ports.ts';
import { type Known, upward, walked } from './reach.ts';
import { refusalOf } from './refusal.ts';
import type { Listing, Standing } from './standing.ts';
import type { Abolitions, Day } from './term.ts';
import { advance, unknownSubject } from './transition.ts';

/** The papers of a listing: what was proposed, and what has been brought up since. */
export interface ListingFile {
  readonly listingId: string;
  readonly subject: SubjectKey;
  /** Absent for one that came from a source's file. */
  readonly entry?: ListingEntry;
  readonly cases: readonly Case[];
  /** When they were deleted, and by which rule: the listing had ended long before. */
  readonly papersDeleted?: { readonly deletedAt: string; readonly rule: string };
}

/** Where files are kept, beside the standings. */
export interface ListingStore extends StandingStore {
  file(listingId: string): Promise<ListingFile | undefined>;
}

/** A listing as a step meets it. */
export interface Seen {
  readonly file: ListingFile;
  readonly listing: Listing;
  readonly standing: Standing;
  /** What is known of the persons who are linked to it or are to be, by whichever of their keys. */
  readonly persons: ReadonlyMap<SubjectKey, Standing>;
  /** Of a red one: its subject's standing, and those from which listings reach it. */
  readonly tied: Known;
}

/** What a step wants written. */
export interface Step {
  readonly events: readonly StandingEvent[];
  readonly cases: readonly Case[];
  /** The papers of further listings of the subject, where cases of theirs are among those. */
  readonly beyond?: readonly ListingFile[];
  /** Of listings that come with the step. */
  readonly documents?: readonly ListingDocument[];
  readonly by: Signature;
  /** What it is for another subject, in the same transaction; `subject` is who that is, where nothing was known yet. */
  readonly beside?: {
    readonly key: SubjectKey;
    readonly subject: Standing['subject'];
    readonly event: StandingEvent;
  };
}

/** What a step is taken with. */
export interface Moving {
  readonly store: ListingStore;
  readonly clock: Clock;
  /** By the catalogue in force: what stands against a red listing counts no longer than its domain. */
  readonly abolitions: Abolitions;
  /** How the subject of a candidate is heard, where the catalogue says it. */
  readonly hearingOf?: (listing: Listing) => Papers['hearing'];
}

const ATTEMPTS = 8;

/**
 * One step of a listing's life, with its linked persons', in one transaction; repeated on what is there then when
 * another transition came first. Its moment is taken once every standing that it rests on has been read, and anew at each
 * repetition: it is never before what it follows, and what was over by then has no effect on it.
 * @throws Problem `not-found`, or `conflict` that names the state and what it allows
 */
export async function move(
  listingId: string,
  { store, clock, abolitions, hearingOf }: Moving,
  step: (seen: Seen, now: Instant) => Step | Promise<Step>,
): Promise<{ seen: Seen; after: Listing }> {
  for (let attempt = 1; ; attempt += 1) {
    const seen = await see(listingId, store);
    const refused = (error: unknown) => {
      const hearing = hearingOf?.(seen.listing);
      return refusalOf(error, seen.listing, { ...seen.file, ...(hearing && { hearing }) });
    };
    const { wanted, changes } = await afterReading(store, clock, async (read, at) => {
      const on = { at, abolitions };
      const wanted = await step(seen, at);
      const changes = await beyond(await changesOf(seen, wanted, read, on), read, wanted.by, on, seen.tied);
      assertOneTransaction(changes);
      return { wanted, changes };
    }).catch((error: unknown) => {
      throw refused(error);
    });
    const after = changes[0]?.change.after.listings.find(({ id }) => id === listingId);
    if (!after) throw new RangeError('a step without its own listing');
    try {
      await store.commit(changes);
      const own = wanted.cases.filter((each) => each.listingId === listingId);
      return { seen: { ...seen, file: { ...seen.file, cases: withCases(seen.file.cases, own) } }, after };
    } catch (error) {
      if (!(error instanceof StandingMoved)) throw error;
      if (attempt === ATTEMPTS)
        throw refused(
          new Problem('conflict', {
            zh: '该主体的名单正在变动，请重试',
            en: "The subject's listings are changing: try again.",
          }),
        );
    }
  }
}

/** The cases as they are once the changed ones are written. */
const withCases = (before: readonly Case[], changed: readonly Case[]): Case[] => [
  ...before.filter(({ id }) => !changed.some((each) => each.id === id)),
  ...changed,
];

/**
 * A listing with its papers, its subject's standing and those of the persons that are linked to it.
 * @throws Problem `not-found`
 */
export async function see(listingId: string, store: ListingStore): Promise<Seen> {
  const first = await store.file(listingId);
  const linked = (first?.entry?.linked ?? []).flatMap(({ keys }) => keys);
  const known = first ? await store.standings([first.subject, ...linked]) : undefined;
  const standing = first && known?.get(first.subject);
  const listing = standing?.listings.find(({ id }) => id === listingId);
  // The papers once more, behind the standing: cases that are newer than it fail the write, older ones would be lost.
  const file = listing && (await store.file(listingId));
  if (file && standing && listing && known) {
    const from = listing.list === 'red' ? [file.subject] : [];
    const read = (keys: readonly SubjectKey[]) => store.standings(keys);
    const tied: Known =
      from.length > 0 ? await walked(new Map([[file.subject, standing]]), from, upward, read) : new Map();
    return { file, standing, listing, persons: known, tied };
  }
  throw new Problem('not-found', { zh: '没有该名单记录', en: 'No such listing.' });
}

/** Further listings of the same subject as a step meets them; those that it does not have are left out. */
export async function seeBeside(
  { standing, persons, tied }: Seen,
  listingIds: readonly string[],
  store: ListingStore,
): Promise<Seen[]> {
  const found = listingIds.map(async (id) => {
    const listing = standing.listings.find((each) => each.id === id);
    // Behind the standing, as the first one's.
    const file = listing && (await store.file(id));
    return listing && file ? [{ file, listing, standing, persons, tied }] : [];
  });
  return (await Promise.all(found)).flat();
}

async function changesOf(
  seen: Seen,
  { events, cases, beyond = [], documents = [], by, beside }: Step,
  store: Pick<StandingStore, 'standings'>,
  { at, abolitions }: Day,
): Promise<SubjectChange[]> {
  const { file, standing, listing, persons } = seen;
  const advanced = (before: Standing, these: readonly StandingEvent[]) => advance(before, these, by, at, abolitions);
  const change = advanced(standing, events);
  const after = change.after.listings.find(({ id }) => id === file.listingId) ?? listing;
  // Its papers are written once more where it leaves what is under way: its keeper finds it in another place from then on.
  const own = isUnderWay(listing) && !isUnderWay(after) ? documentsOf(listing.id, file.subject, file.entry) : [];
  const known = new Set([file, ...beyond].flatMap((papers) => papers.cases.map(({ id }) => id)));
  const isKnown = ({ id }: Case) => known.has(id);
  const changes: SubjectChange[] = [
    {
      key: file.subject,
      change,
      documents: [...own, ...documents],
      names: [],
      opened: cases.filter((each) => !isKnown(each)),
      cases: cases.filter(isKnown),
    },
  ];
  if (beside) {
    const before = (await store.standings([beside.key])).get(beside.key) ?? unknownSubject(beside.subject);
    changes.push({ key: beside.key, change: advanced(before, [beside.event]), documents: [], names: [] });
  }
  for (const link of after.links ?? []) {
    const person = file.entry?.linked.find(({ keys }) => keys.includes(link.subject));
    const before = persons.get(link.subject) ?? unknownSubject({ scheme: person?.shown.scheme ?? 'resident-id' });
    const linked = before.listings.find(({ id }) => id === link.listingId);
    const shared = events.flatMap((event) => linkedEvent(event, after, link.listingId, file.entry, linked));
    const papers = file.entry && person && { ...file.entry, subject: person.shown, linked: [] };
    const documents = linked ? [] : documentsOf(link.listingId, link.subject, papers);
    // Of a person for whom it is nothing, too: the standings were not read at one moment, and with no events this one says
    // that it has not moved.
    changes.push({ key: link.subject, change: advanced(before, shared), documents, names: [] });
  }
  return changes;
}

const documentsOf = (
  listingId: string,
  subject: SubjectKey,
  entry: ListingEntry | undefined,
): readonly ListingDocument[] => (entry ? [{ listingId, subject, fields: {}, entry }] : []);
