import { type CalendarDate, dateOf, endOf, type Instant, instant, parseInstant, startOf } from '../kernel/clock.ts';
import type { Evidence } from './evidence.ts';
import type { SourceReading } from './sources.ts';

const DAY_MS = 24 * 3_600_000;
/** How long an answer serves at most. */
const MAX_VALIDITY_MS = 30 * DAY_MS;
/** And where no source that it rests on is fresh: what was not known may be known tomorrow. */
const UNSOURCED_VALIDITY_MS = DAY_MS;

const FAR = instant(Number.MAX_SAFE_INTEGER);

/**
 * When a grant needs a fresh check: at the matter's cut-off, at the next known change of a listing or a measure,
 * or when a source that the answer rests on becomes stale, whichever comes first.
 */
export function expiryOf(
  { matter, subjects, catalogue, scene, now }: Evidence,
  sources: readonly SourceReading[],
): Instant {
  const stale = sources.flatMap(({ staleAt }) => staleAt ?? []);
  const changes: Instant[] = [...stale, instant(now + (stale.length > 0 ? MAX_VALIDITY_MS : UNSOURCED_VALIDITY_MS))];
  if (matter.cutoffAt !== undefined) changes.push(parseInstant(matter.cutoffAt));

  // Dates sort as their moments do; only the earliest of each kind is made a moment.
  const starts: CalendarDate[] = [];
  const lastDays: CalendarDate[] = [];
  const standings = subjects
    .flatMap((subject) => [subject, ...subject.related])
    .flatMap(({ standings: own, namesakes }) => [...own, ...namesakes]);
  for (const { listings } of standings)
    for (const { state, from, until, document } of listings) {
      // A candidate has no effect: what its days bring, nobody can know yet.
      if (state !== 'active') continue;
      starts.push(from, document.issuedOn);
      if (until !== null) lastDays.push(until);
    }
  for (const { abolishedAfter } of catalogue.domains) if (abolishedAfter !== undefined) lastDays.push(abolishedAfter);
  for (const measure of catalogue.measures) {
    if (!measure.scenes.some((each) => each.scene === scene.code)) continue;
    starts.push(measure.from);
    if (measure.until !== undefined) lastDays.push(measure.until);
  }
  const today = dateOf(now);
  const start = earliest(starts.filter((date) => date > today));
  if (start !== undefined) changes.push(startOf(start));
  const lastDay = earliest(lastDays.filter((date) => date >= today));
  if (lastDay !== undefined) changes.push(endOf(lastDay));

  return changes.reduce((first, change) => (change > now && change < first ? change : first), FAR);
}

const earliest = (dates: readonly CalendarDate[]): CalendarDate | undefined =>
  dates.reduce<CalendarDate | undefined>(
    (first, date) => (first === undefined || date < first ? date : first),
    undefined,
  );
