import { addDays, CalendarDate } from '../kernel/clock.ts';
import { type CalendarYear, isWeekend, yearOf } from './calendar-year.ts';

/** The calendars that are known, by year. */
export type Calendars = ReadonlyMap<number, CalendarYear>;

/** 工作日 by the State Council's notice; in a year without one, Monday to Friday. */
export function isWorkingDay(date: CalendarDate, calendars: Calendars): boolean {
  const calendar = calendars.get(yearOf(date));
  if (calendar?.makeUpDays.includes(date)) return true;
  return !isWeekend(date) && !calendar?.daysOff.includes(date);
}

/**
 * The `count`-th working day after `start`, which itself is not counted (行政处罚法 85: 期间开始之日不计).
 * `provisional` where a year on the way has no calendar yet: its holidays will move the day.
 * @throws RangeError where `count` is no positive whole number
 */
export function addWorkingDays(
  start: CalendarDate,
  count: number,
  calendars: Calendars,
): { day: CalendarDate; provisional: boolean } {
  if (!Number.isInteger(count) || count < 1) throw new RangeError('a term has at least one working day');
  let day = start;
  let provisional = false;
  for (let left = count; left > 0; ) {
    day = addDays(day, 1);
    if (!calendars.has(yearOf(day))) provisional = true;
    if (isWorkingDay(day, calendars)) left -= 1;
  }
  return { day, provisional };
}

/** Counting by these calendars. */
export const workingDaysBy =
  (calendars: Calendars) =>
  (start: CalendarDate, count: number): { day: CalendarDate; provisional: boolean } =>
    addWorkingDays(start, count, calendars);

/** How many working days lie after `start`, up to and including `end`; none where `end` is not later. */
export function workingDaysBetween(
  start: CalendarDate,
  end: CalendarDate,
  calendars: Calendars,
): { days: number; provisional: boolean } {
  let days = 0;
  let provisional = false;
  for (let day = start; day < end; ) {
    day = addDays(day, 1);
    if (!calendars.has(yearOf(day))) provisional = true;
    if (isWorkingDay(day, calendars)) days += 1;
  }
  return { days, provisional };
}

/** The working days of a whole year, which its notice's readers know by heart: 248 in 2026. */
export function workingDaysOf(calendar: CalendarYear): number {
  const { year } = calendar;
  const lastOf = (each: number) => CalendarDate.parse(`${each}-12-31`);
  return workingDaysBetween(lastOf(year - 1), lastOf(year), new Map([[year, calendar]])).days;
}
