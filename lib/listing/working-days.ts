import type { CalendarDate } from '../kernel/clock.ts';

/** The working day so many after a date, which is not counted itself; provisional while a year's calendar is not known. */
export type WorkingDays = (
  start: CalendarDate,
  count: number,
) => { readonly day: CalendarDate; readonly provisional: boolean };
