import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListKeeping } from '../catalogue/list-rule.ts';
import { addMonths, type CalendarDate, dateOf, parseInstant } from '../kernel/clock.ts';
import { faultOf, faultsIn, wasFault } from './faults.ts';
import { type Listing, wasWrong } from './standing.ts';
import { type Day, inTerm, isAbolished } from './term.ts';

/** A watch list that repeated minor faults lead to, as the catalogue has it (H20 重点关注名单). */
export interface WatchList {
  readonly domain: string;
  readonly legalBasis: string;
  readonly promotion: NonNullable<Listing['promotion']>;
  /** How long a listing lasts. */
  readonly months: number;
  /** Codes of what the catalogue has for its listings. */
  readonly measures: string[];
}

export const watchListsOf = ({ rules }: ListKeeping, { measures }: Catalogue): WatchList[] =>
  rules.flatMap(({ domain, legalBasis, promotion, longestTermMonths }) =>
    promotion
      ? {
          domain,
          legalBasis,
          promotion,
          months: longestTermMonths ?? promotion.withinMonths,
          measures: measures
            .filter(({ lists, domains }) => lists.includes('watch') && domains.includes(domain))
            .map(({ code }) => code),
        }
      : [],
  );

/** What comes of repeated minor faults: a watch listing, which warns and never vetoes. */
export interface Promotion {
  readonly listing: Listing;
  readonly list: WatchList;
  /** The faults that it comes from; it rests on the document of the last new one. */
  readonly faults: readonly Listing[];
}

/**
 * The watch listings that new minor faults bring with them: one for each watch list on which the subject is not yet, and of
 * which the catalogue says that so many within so many months do; none on a list that is abolished. Each ends where too few of the faults are left. `before`
 * and `after` are a subject's listings without the new faults and with them.
 */
export function promotionsOf(
  before: readonly Listing[],
  after: readonly Listing[],
  lists: readonly WatchList[],
  on: Day,
): Promotion[] {
  const today = dateOf(on.at);
  const ids = new Set(after.map(({ id }) => id));
  return lists.flatMap((list) => {
    const { domain, promotion } = list;
    if (isAbolished(list, today, on.abolitions)) return [];
    const { fromDomains, faults: enough, withinMonths } = promotion;
    const since = addMonths(today, -withinMonths);
    const known = new Set([...faultsIn(before, fromDomains), ...faultsOfUnfounded(before, list)].map(faultOf));
    const faults = faultsIn(after, fromDomains).filter(({ document }) => document.issuedOn > since);
    const last = faults
      .filter((each) => !known.has(faultOf(each)))
      .toSorted((one, other) => one.document.issuedOn.localeCompare(other.document.issuedOn))
      .at(-1);
    if (!last || faults.length < enough || after.some((each) => isWatched(each, domain, on))) return [];
    const listing = watchListing(freeId(last.id, ids), list, last, today);
    ids.add(listing.id);
    return [{ listing, list, faults }];
  });
}

const isWatched = (listing: Listing, wanted: string, on: Day): boolean =>
  listing.list === 'watch' && listing.domain === wanted && listing.state === 'active' && inTerm(listing, on);

/**
 * Minor faults of which a watch listing was made that was found to be unfounded: those that stood before it when it came. Such
 * as their source has withdrawn since as well, so that its bringing them again brings no other. One that fell with a fault that
 * was wrong says nothing of the others.
 */
function faultsOfUnfounded(before: readonly Listing[], { domain, promotion }: WatchList): Listing[] {
  const last = before.findLastIndex(
    (each) =>
      each.list === 'watch' &&
      each.domain === domain &&
      each.promotion !== undefined &&
      wasWrong(each) &&
      each.ended?.reason !== 'faults-fallen',
  );
  const watch = before[last];
  if (!watch) return [];
  const stood = ({ ended }: Listing) => !ended || dateOf(parseInstant(ended.at)) >= watch.from;
  return before.slice(0, last).filter((each) => wasFault(each, promotion.fromDomains) && stood(each));
}

/** The id of the fault with a mark, and a number behind it where there is one already. */
function freeId(fault: string, taken: ReadonlySet<string>): string {
  const stem = `${fault}.w`;
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? stem : `${stem}${number}`;
    if (!taken.has(id)) return id;
  }
}

function watchListing(
  id: string,
  { domain, measures, months, promotion }: WatchList,
  { source, authority, document, repair, remedy }: Listing,
  today: CalendarDate,
): Listing {
  return {
    id,
    list: 'watch',
    domain,
    // What it rests on is as fresh as the source of the faults.
    ...(source !== undefined && { source }),
    authority,
    document,
    measures,
    from: today,
    until: addMonths(today, months),
    repair,
    ...(remedy !== undefined && { remedy }),
    state: 'active',
    promotion,
  };
}
