import * as z from 'zod/mini';

/** A moment, in milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & z.$brand<'Instant'>;

/** Where the time comes from. Passed in everywhere, so that every decision can be repeated. */
export type Clock = () => Instant;

/** Epoch seconds, the unit of DynamoDB's TTL: a type of its own, as milliseconds there would keep items for 50,000 years. */
export type EpochSeconds = number & z.$brand<'EpochSeconds'>;

/** A calendar date in Asia/Shanghai, `YYYY-MM-DD`. Dates of the law have no other zone. */
export const CalendarDate = z
  .string()
  .check(z.regex(/^\d{4}-\d{2}-\d{2}$/), z.refine(isRealDate, { error: 'no such date' }))
  .brand<'CalendarDate'>();
export type CalendarDate = z.infer<typeof CalendarDate>;

const SHANGHAI_OFFSET_MS = 8 * 3_600_000; // no daylight saving since 1991
const DAY_MS = 86_400_000;

export const systemClock: Clock = () => instant(Date.now());

export const instant = (milliseconds: number): Instant => milliseconds as Instant;

/** RFC 3339 with an offset → the moment. Throws a RangeError on what is not a date. */
export function parseInstant(text: string): Instant {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new RangeError('not a date and time');
  return instant(value);
}

/** The moment in UTC, `YYYY-MM-DDTHH:MM:SS.mmmZ`: sorts as text. */
export const toIso = (at: Instant): string => new Date(at).toISOString();

/** The moment as Beijing reads it, `YYYY-MM-DD HH:MM`. */
export const toBeijing = (at: Instant): string =>
  new Date(at + SHANGHAI_OFFSET_MS).toISOString().slice(0, 16).replace('T', ' ');

/**
 * The calendar ends with the year 9999, and its last day stands for every later one, as its first does for every earlier:
 * dates are compared as texts, and one of five digits would sort before all others.
 */
const FIRST_DATE = '0000-01-01' as CalendarDate;
const LAST_DATE = '9999-12-31' as CalendarDate;
const FIRST_YEAR = 0;
const LAST_YEAR = 9_999;

/** The calendar date on which the moment falls in Asia/Shanghai. */
export const dateOf = (at: Instant): CalendarDate => {
  if (at < startOf(FIRST_DATE)) return FIRST_DATE;
  return at >= endOf(LAST_DATE) ? LAST_DATE : (toBeijing(at).slice(0, 10) as CalendarDate);
};

/** The first moment of a date in Asia/Shanghai. */
export const startOf = (date: CalendarDate): Instant => instant(Date.parse(`${date}T00:00:00+08:00`));

/** The first moment after a date: the last day of a term counts whole. */
export const endOf = (date: CalendarDate): Instant => instant(startOf(date) + DAY_MS);

/** `days` may be negative. Stays within the calendar, as all of these do. */
export const addDays = (date: CalendarDate, days: number): CalendarDate =>
  dateOf(instant(startOf(date) + days * DAY_MS));

/** The same day some years later; 29 February becomes the 28th where the year has none. */
export function addYears(date: CalendarDate, years: number): CalendarDate {
  const sum = Number(date.slice(0, 4)) + years;
  if (sum < FIRST_YEAR) return FIRST_DATE;
  if (sum > LAST_YEAR) return LAST_DATE;
  const year = String(sum).padStart(4, '0');
  const same = `${year}${date.slice(4)}`;
  return (isRealDate(same) ? same : `${year}-02-28`) as CalendarDate;
}

/** The same day some months later, or the last day of that month where it has none. */
export function addMonths(date: CalendarDate, months: number): CalendarDate {
  const first = new Date(`${date.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  if (first.getUTCFullYear() < FIRST_YEAR) return FIRST_DATE;
  if (first.getUTCFullYear() > LAST_YEAR) return LAST_DATE;
  const month = first.toISOString().slice(0, 7);
  const same = `${month}${date.slice(7)}`;
  if (isRealDate(same)) return same as CalendarDate;
  first.setUTCMonth(first.getUTCMonth() + 1, 0);
  return first.toISOString().slice(0, 10) as CalendarDate;
}

export const epochSeconds = (at: Instant): EpochSeconds => Math.floor(at / 1000) as EpochSeconds;

const LONGEST_MONTHS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
const FEBRUARY = 2;

/** In numbers, as a list has millions of dates and a Date costs a microsecond. */
function isRealDate(text: string): boolean {
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))];
  if (day < 1 || day > (LONGEST_MONTHS[month - 1] ?? 0)) return false;
  return month !== FEBRUARY || day < 29 || (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0));
}
