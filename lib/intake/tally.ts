import { type CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import type { Listing, Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import type { disagreeingWith } from './contradictions.ts';
import { type Against, addAgainst, type PieceResult } from './import.ts';
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

/** Stands for a source where an authority has decided here. */
const DECIDED_HERE = 'decided-here';

/** Counts what does not agree, by the other source. */
export function countAgainst(against: Against, found: ReturnType<typeof disagreeingWith>): void {
  for (const { kind, other } of found)
    addAgainst(against, {
      [other.source ?? DECIDED_HERE]:
        kind === 'sources-disagree' ? { disagreements: 1, termsDiffer: 0 } : { disagreements: 0, termsDiffer: 1 },
    });
}

const counts = (until: CalendarDate | null, today: CalendarDate): boolean => until === null || until >= today;

/** The listing of a row, where it is in force. */
export function inForceOf(
  { subject, listingId }: { readonly subject: SubjectKey; readonly listingId: string },
  standings: ReadonlyMap<SubjectKey, Standing>,
  today: CalendarDate,
): Listing | undefined {
  const listing = lineageOf(listingId, standings.get(subject)).at(-1);
  return listing && listing.state !== 'ended' && counts(listing.until, today) ? listing : undefined;
}

/**
 * What a plan starts, changes or ends of what is in force: black listings, for which another person answers, and all of
 * them, for the part of its source that it takes away. What is over is nobody's any more, and comes and goes unseen.
 */
export function countInForce(
  { black, force }: Pick<PieceResult, 'black' | 'force'>,
  { add, changed, end }: Readonly<Record<'add' | 'changed', readonly PlannedRow[]>> & { end: readonly SourceRow[] },
  standings: ReadonlyMap<SubjectKey, Standing>,
  now: Instant,
): void {
  const today = dateOf(now);
  const blackNow = ({ row: { decision } }: PlannedRow) => decision.list === 'black' && counts(decision.until, today);
  black.start += add.filter(blackNow).length;
  const changing = changed.map((planned) => ({ planned, listing: inForceOf(planned, standings, today) }));
  black.change += changing.filter(({ planned, listing }) => blackNow(planned) || listing?.list === 'black').length;
  const ending = end.flatMap((row) => inForceOf(row, standings, today) ?? []);
  black.end += ending.filter(({ list }) => list === 'black').length;
  const standing = changing.filter(({ listing }) => listing !== undefined);
  // A last day that has passed ends a listing as surely as leaving it out.
  const cutShort = standing.filter(({ planned: { row } }) => !counts(row.decision.until, today));
  force.ending += ending.length + cutShort.length;
  force.known += ending.length + standing.length;
}
