import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListRule } from '../catalogue/list-rule.ts';
import { ListKind } from '../catalogue/vocabulary.ts';
import { openCursor, sealCursor } from '../check-log/cursor.ts';
import { LimitText } from '../check-log/page.ts';
import { type CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { kebab, type Language } from '../kernel/text.ts';
import type { ListingEntry } from '../listing/entry.ts';
import type { EventRecord } from '../listing/event.ts';
import type { WorkingDays } from '../listing/working-days.ts';
import type { SubjectKey } from '../subject/key.ts';
import { entryOf, type PublicEntry } from './public-entry.ts';
import { leftBlackList, mayBeLowered, needsHistory, publicityOf } from './publicity.ts';
import type { StandingReader } from './standing-query.ts';

/** Stretches of a domain that are looked at for one page: a list of which little is public gives a short page. */
const MAX_STRETCHES = 10;

/** The parameters of `GET /v1/publications`. */
export const PublicationParameters = z.strictObject({
  list: z.optional(ListKind),
  domain: z.optional(kebab),
  cursor: z.optional(z.string().check(z.maxLength(400))),
  limit: LimitText,
});

/** A listing that may be public: what is true of it stands in its subject's standing. */
export interface IndexedListing {
  readonly listingId: string;
  readonly subject: SubjectKey;
  readonly position: string;
}

export interface PublicationReader extends StandingReader {
  rules(): Promise<Rules>;
  /** Listings of a domain, the newest document first, older than a position; `end` is undefined where there are no more. */
  listings(
    domain: string,
    before: string | undefined,
    about: number,
  ): Promise<{ rows: readonly IndexedListing[]; end: string | undefined }>;
  /** The papers of those listings that were made here. */
  papers(listingIds: readonly string[]): Promise<ReadonlyMap<string, ListingEntry>>;
}

/** What the catalogue in force says. */
export interface Rules {
  readonly rules: readonly ListRule[];
  readonly catalogue: Pick<Catalogue, 'domains' | 'measures'>;
  /** Domains and sources under the kill switch. */
  readonly switchedOff: readonly string[];
  readonly workingDays: WorkingDays;
}

interface Asked {
  readonly language: Language;
  readonly key: Uint8Array;
  readonly now: Instant;
}

/** From where on: within a domain, before a position of it. */
const Place = z.tuple([z.string(), z.nullable(z.string())]);
type Place = z.infer<typeof Place>;

/**
 * One page of what is public, domain by domain, the newest document first. The index only proposes: whether a listing
 * is public is read from its subject's standing, so an exit counts at once, whatever the index still says.
 * @throws Problem `not-found` for a list that is not public, `invalid-request` for a cursor of another query
 */
export async function publicationPage(
  { list, domain, cursor, limit }: z.infer<typeof PublicationParameters>,
  reader: PublicationReader,
  { language, key, now }: Asked,
): Promise<{ items: PublicEntry[]; next: string | null }> {
  const rules = await reader.rules();
  const open = rules.rules.filter((rule) => isOpen(rule, rules) && (list === undefined || rule.list === list));
  const domains = [...new Set(open.map((rule) => rule.domain))].filter(
    (code) => domain === undefined || code === domain,
  );
  if (domain !== undefined && domains.length === 0) throw notPublic();

  const query = JSON.stringify(['publications', list, domain]);
  const from = cursor === undefined ? undefined : Place.parse(JSON.parse(openCursor(cursor, query, key)));
  const items: PublicEntry[] = [];
  let left = MAX_STRETCHES;
  // In the order of their codes, which no new edition of the catalogue changes.
  for (const code of domains.toSorted().filter((each) => from === undefined || each >= from[0])) {
    let before = from?.[0] === code ? from[1] : null;
    const stop = () => {
      const place: Place = [code, before];
      return { items, next: sealCursor(JSON.stringify(place), query, key) };
    };
    for (;;) {
      if (left === 0) return stop();
      left -= 1;
      const { rows, end } = await reader.listings(code, before ?? undefined, limit);
      const shown = await entriesOf(rows, open, rules, reader, language, dateOf(now));
      for (const [index, { position }] of rows.entries()) {
        const entries = shown[index] ?? [];
        // Both entries of one that was lowered stand on one page: a position is behind all of a row, or before it.
        if (items.length > 0 && items.length + entries.length > limit) return stop();
        before = position;
        items.push(...entries);
      }
      if (end === undefined) break;
      before = end;
    }
  }
  return { items, next: null };
}

/** A list whose switch is off rests, and its publicity with it. */
const isOpen = ({ publication, domain }: ListRule, { switchedOff }: Rules): boolean =>
  publication !== undefined && !switchedOff.includes(domain);

/** What is public of each row today: of one that was lowered, its exit from the black list too. */
async function entriesOf(
  rows: readonly IndexedListing[],
  open: readonly ListRule[],
  { catalogue, switchedOff, workingDays }: Rules,
  reader: PublicationReader,
  language: Language,
  today: CalendarDate,
): Promise<PublicEntry[][]> {
  const standings = await reader.standings([...new Set(rows.map(({ subject }) => subject))]);
  const histories = new Map<SubjectKey, Promise<readonly EventRecord[]>>();
  const historyOf = (key: SubjectKey) => {
    const known = histories.get(key) ?? reader.history(key);
    histories.set(key, known);
    return known;
  };
  const found = await Promise.all(
    rows.map(async ({ listingId, subject: key }) => {
      const standing = standings.get(key);
      const listing = standing?.listings.find(({ id }) => id === listingId);
      if (!standing || !listing || switchedOff.includes(listing.source ?? '')) return [];
      const { subject } = standing;
      const ruleFor = (list: ListKind) =>
        open.find((each) => each.domain === listing.domain && each.list === list)?.publication;
      const abolishedAfter = catalogue.domains.find(({ code }) => code === listing.domain)?.abolishedAfter;
      const [own, left] = [ruleFor(listing.list), mayBeLowered(listing) ? ruleFor('black') : undefined];
      const history = left || (own && needsHistory(listing)) ? await historyOf(key) : [];
      const exit = left && leftBlackList(listing, left, history, today);
      const publicity =
        own && publicityOf(listing, { exitDays: own.exitDays, abolishedAfter, workingDays }, history, today);
      return [
        ...(own && publicity ? [{ key, subject, listing, publicity, fields: own.fields }] : []),
        ...(left && exit ? [{ key, subject, ...exit, fields: left.fields }] : []),
      ];
    }),
  );
  const made = found.flat().flatMap(({ listing }) => (listing.source ? [] : [listing.id]));
  const papers = await reader.papers([...new Set(made)]);
  return found.map((of) =>
    of.map((each) => entryOf({ ...each, papers: papers.get(each.listing.id), catalogue, language })),
  );
}

const notPublic = (): Problem => new Problem('not-found', { zh: '该名单不公示', en: 'This list is not public.' });
