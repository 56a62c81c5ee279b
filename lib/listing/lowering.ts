import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListRule } from '../catalogue/list-rule.ts';
import type { Grade } from '../catalogue/vocabulary.ts';
import { addMonths, type Instant } from '../kernel/clock.ts';
import type { StandingEvent } from './event.ts';
import { measuresFor } from './proposed-measures.ts';
import type { Listing } from './standing.ts';

/** From black to ordinary (D4): with those measures that the catalogue has for that, and not longer than such a one lasts. */
export function lowering(
  { id: listingId, domain, measures, document, until }: Listing,
  grade: Grade,
  rule: ListRule | undefined,
  catalogue: Catalogue,
  now: Instant,
): Extract<StandingEvent, { type: 'lowered' }> {
  const months = rule?.repair.find((each) => each.grade === grade)?.latestMonths;
  const last = months === undefined ? undefined : addMonths(document.issuedOn, months);
  const shorter = last !== undefined && (until === null || last < until) ? last : until;
  return {
    type: 'lowered',
    listingId,
    grade,
    measures: measuresFor(measures, { list: 'ordinary', domain, grade }, catalogue, now),
    ...(shorter !== null && { until: shorter }),
  };
}
