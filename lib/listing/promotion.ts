import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListKeeping, ListRule } from '../catalogue/list-rule.ts';
import { addMonths, dateOf, type Instant } from '../kernel/clock.ts';
import type { StandingEvent } from './event.ts';
import { isFault } from './faults.ts';
import type { ListingFile } from './move.ts';
import type { ListingDocument } from './ports.ts';
import type { Listing, Standing } from './standing.ts';

/** What comes of repeated minor faults: a watch listing, which warns and never vetoes. */
export interface Promotion {
  readonly event: StandingEvent;
  readonly document: ListingDocument;
}

/**
 * The watch listings that a minor fault coming into force brings with it, one for each watch list of which the catalogue
 * says that so many within so many months do (H20 重点关注名单); each rests on the last fault's document and the two
 * signatures under it, and ends where too few of the faults are left.
 */
export function promotionsOf(
  { listings }: Standing,
  fault: Listing,
  { subject, entry }: ListingFile,
  { rules }: ListKeeping,
  catalogue: Catalogue,
  now: Instant,
): Promotion[] {
  if (fault.grade !== 'minor' || !entry) return [];
  const due = rules.flatMap((rule) => {
    const { promotion, domain } = rule;
    if (!promotion?.fromDomains.includes(fault.domain)) return [];
    const since = addMonths(dateOf(now), -promotion.withinMonths);
    const counted = listings.filter(
      (each) => each.id !== fault.id && isFault(each, promotion.fromDomains) && each.document.issuedOn > since,
    );
    const watched = listings.some((each) => each.list === 'watch' && each.domain === domain && each.state === 'active');
    return watched || counted.length + 1 < promotion.faults ? [] : [{ rule, promotion, counted }];
  });
  return due.map(({ rule, promotion, counted }, index) => {
    const id = `${fault.id}.w${index === 0 ? '' : index + 1}`;
    const facts = [...counted, fault].map(({ document }) => document.number).join('；');
    return {
      event: { type: 'listed', listing: watchListing(id, { ...rule, promotion }, fault, catalogue, now) },
      document: {
        listingId: id,
        subject,
        fields: {},
        entry: { ...entry, legalBasis: rule.legalBasis, facts, linked: [] },
      },
    };
  });
}

function watchListing(
  id: string,
  { domain, longestTermMonths, promotion }: ListRule & Required<Pick<ListRule, 'promotion'>>,
  fault: Listing,
  { measures }: Catalogue,
  now: Instant,
): Listing {
  const today = dateOf(now);
  return {
    id,
    list: 'watch',
    domain,
    authority: fault.authority,
    document: fault.document,
    measures: measures
      .filter(({ lists, domains }) => lists.includes('watch') && domains.includes(domain))
      .map(({ code }) => code),
    from: today,
    until: addMonths(today, longestTermMonths ?? promotion?.withinMonths ?? 1),
    repair: fault.repair,
    ...(fault.remedy !== undefined && { remedy: fault.remedy }),
    state: 'active',
    ...(promotion && { promotion }),
  };
}
