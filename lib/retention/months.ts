import { addDays, type CalendarDate } from '../kernel/clock.ts';

/** Months that are looked back: more than the longest that a schedule can stand still unnoticed. */
const MONTHS_BACK = 13;

/** `YYYY-MM` of a day's month and those before it, oldest first. */
export function monthsUpTo(today: CalendarDate): string[] {
  const months = [today.slice(0, 7)];
  for (let day = today; months.length <= MONTHS_BACK; ) {
    // The day before the first of the month.
    day = addDays(day, -Number(day.slice(8)));
    months.unshift(day.slice(0, 7));
  }
  return months;
}
