import type { CalendarDate } from '../kernel/clock.ts';
import type { Listing } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/**
 * The last day on which the subject of a candidate is heard, as the calendars are today: a year's may have come in since
 * the publicity was opened or the notice served. Never before the day that was announced then. Every reader asks here.
 */
export function heardUntil(
  { hearing }: Pick<Listing, 'hearing'>,
  workingDays: WorkingDays,
): { readonly day: CalendarDate; readonly provisional: boolean } | undefined {
  if (!hearing) return undefined;
  const { day, provisional } = workingDays(hearing.from, hearing.workingDays);
  return day > hearing.until ? { day, provisional } : { day: hearing.until, provisional };
}
