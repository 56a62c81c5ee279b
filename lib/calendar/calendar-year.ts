import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { keptText } from '../kernel/text.ts';

// Far more than any notice has had: a list of every date of a year is a mistake.
const MOST_DAYS_OFF = 60;
const MOST_MAKE_UP_DAYS = 30;

const DAYS = {
  /** The State Council's notice that says so, with its document number. */
  notice: keptText(200),
  /** 放假: the days off as the notice lists them; weekend days may stand among them. */
  daysOff: z.array(CalendarDate).check(z.minLength(1), z.maxLength(MOST_DAYS_OFF)),
  /** 调休上班: the weekend days that are worked. */
  makeUpDays: z.array(CalendarDate).check(z.maxLength(MOST_MAKE_UP_DAYS)),
};

/** The body of `PUT /v1/calendars/{year}`. */
export const CalendarDays = z.strictObject(DAYS);

/** What the official calendar of one year says beside its weekends. */
export const CalendarYear = z
  .strictObject({ year: z.int().check(z.gte(2000), z.lte(2100)), ...DAYS })
  .check(z.superRefine(checkDays));
export type CalendarYear = z.infer<typeof CalendarYear>;

/** Whether the date is a Saturday or a Sunday. */
export function isWeekend(date: CalendarDate): boolean {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return day === 0 || day === 6;
}

export const yearOf = (date: CalendarDate): number => Number(date.slice(0, 4));

/** A slip of the pen in a calendar moves every deadline of a year, and nobody would notice before they have passed. */
function checkDays(
  { year, daysOff, makeUpDays }: z.infer<typeof CalendarDays> & { readonly year: number },
  context: z.core.$RefinementCtx,
): void {
  const complain = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const off = new Set(daysOff);
  for (const [name, days] of Object.entries({ daysOff, makeUpDays }))
    days.forEach((day, index) => {
      if (yearOf(day) !== year) complain([name, index], 'other-year');
      if (days.indexOf(day) !== index) complain([name, index], 'duplicate-date');
    });
  makeUpDays.forEach((day, index) => {
    if (!isWeekend(day)) complain(['makeUpDays', index], 'not-a-weekend');
    if (off.has(day)) complain(['makeUpDays', index], 'off-and-worked');
  });
}
