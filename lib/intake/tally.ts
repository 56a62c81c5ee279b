import { type CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import type { Listing, Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { PieceResult } from './import.ts';
import { lineageOf } from './lineage.ts';
import type { PlannedRow } from './plan.ts';
import type { SourceRow } from './ports.ts';
import type { Quarantined } from './quarantine.ts';

/** Counts a row once under each of the codes that it has. */
export function faultsByCode(counts: Record<string, number>, { faults }: Quarantined): void {
  for (const code of new Set(faults.map((fault) => fault.code))) counts[code] = (counts[code] ?? 0) + 1;
}

/** Counts rows by their term on a day. */
export function countTerms(terms: PieceResult['terms'], today: CalendarDate, rows: readonly PlannedRow[]): void {
  for (const { row } of rows) {
    const { from, until } = row.decision;
    if (until !== null && until < today) terms.over += 1;
    else if (from > today) terms.toCome += 1;
    else terms.inForce += 1;
  }
}

const inForce = (listing: Listing | undefined, today: CalendarDate): boolean =>
  listing?.list === 'black' && listing.state !== 'ended' && (listing.until === null || listing.until >= today);

/** Black listings that a plan starts, changes or ends: one that is over is nobody's any more. */
export function countBlack(
  black: PieceResult['black'],
  { add, changed, end }: Readonly<Record<'add' | 'changed', readonly PlannedRow[]>> & { end: readonly SourceRow[] },
  standings: ReadonlyMap<SubjectKey, Standing>,
  now: Instant,
): void {
  const today = dateOf(now);
  const listingOf = (subject: SubjectKey, id: string) => lineageOf(id, standings.get(subject)).at(-1);
  black.start += add.filter(({ row }) => row.decision.list === 'black').length;
  black.change += changed.filter(
    ({ row, subject, listingId }) => row.decision.list === 'black' || inForce(listingOf(subject, listingId), today),
  ).length;
  black.end += end.filter(({ subject, listingId }) => inForce(listingOf(subject, listingId), today)).length;
}
