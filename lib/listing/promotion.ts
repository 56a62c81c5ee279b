import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListKeeping, ListRule } from '../catalogue/list-rule.ts';
import { addMonths, dateOf, type Instant } from '../kernel/clock.ts';
import type { StandingEvent } from './event.ts';
import type { ListingFile } from './move.ts';
import type { ListingDocument } from './ports.ts';
import type { Listing, Standing } from './standing.ts';

/** What comes of repeated minor faults: a watch listing, which warns and never vetoes. */
export interface Promotion {
  readonly event: StandingEvent;
  readonly document: ListingDocument;
}

/** Ends after which a fault is none. */
const NO_FAULT: ReadonlySet<string> = new Set(['objection-upheld', 'revoked', 'withdrawn-by-source']);

/**
 * The watch listing that a minor fault coming into force brings with it, where the catalogue says that so many within
 * so many months do (H20 重点关注名单); it rests on the last fault's document and the two signatures under it.
 */
export function promotionOf(
  { listings }: Standing,
  fault: Listing,
  file: ListingFile,
  { rules }: ListKeeping,
  catalogue: Catalogue,
  now: Instant,
): Promotion | undefined {
  if (fault.grade !== 'minor' || !file.entry) return undefined;
  const rule = rules.find(({ promotion }) => promotion?.fromDomains.includes(fault.domain));
  if (!rule?.promotion) return undefined;
  const { fromDomains, faults, withinMonths } = rule.promotion;
  const since = addMonths(dateOf(now), -withinMonths);
  const counted = listings.filter(
    ({ id, domain, grade, state, ended, document }) =>
      id !== fault.id &&
      grade === 'minor' &&
      fromDomains.includes(domain) &&
      (state === 'active' || (state === 'ended' && !NO_FAULT.has(ended?.reason ?? ''))) &&
      document.issuedOn > since,
  );
  const watched = listings.some(
    ({ list, domain, state }) => list === 'watch' && domain === rule.domain && state === 'active',
  );
  if (watched || counted.length + 1 < faults) return undefined;
  const listing = watchListing(rule, fault, catalogue, now);
  return {
    event: { type: 'listed', listing },
    document: {
      listingId: listing.id,
      subject: file.subject,
      fields: {},
      entry: {
        ...file.entry,
        legalBasis: rule.legalBasis,
        facts: [...counted, fault].map(({ document }) => document.number).join('；'),
        linked: [],
      },
    },
  };
}

function watchListing(
  { domain, longestTermMonths, promotion }: ListRule,
  fault: Listing,
  { measures }: Catalogue,
  now: Instant,
): Listing {
  const today = dateOf(now);
  return {
    id: `${fault.id}.w`,
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
  };
}
