import { type CalendarDate, dateOf, endOf, type Instant } from '../kernel/clock.ts';

/**
 * After a day's end a record of it may still be under way: a function lives for 29 seconds at most, then the index that is
 * counted along takes it up, within a second as a rule. An hour is longer than both by far.
 */
const CLOSES_AFTER_MS = 3_600_000;

/** Whether nothing can be added to a day any more. */
export const isClosed = (date: CalendarDate, now: Instant): boolean => now >= endOf(date) + CLOSES_AFTER_MS;

/** The records of a day that were written after it had closed, and stand in no tally of it. */
export const isTooLate = (checkedAt: Instant, writtenAt: Instant): boolean => isClosed(dateOf(checkedAt), writtenAt);
