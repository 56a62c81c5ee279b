import type { CalendarDate } from '../kernel/clock.ts';

const MONTH_LENGTH = 'YYYY-MM'.length;

/** The months that a period touches, `YYYY-MM`, oldest first: what is kept by month is one partition of each. */
export function monthsOf(from: CalendarDate, to: CalendarDate): string[] {
  const months: string[] = [];
  for (let [year, month] = numbers(from); text(year, month) <= to.slice(0, MONTH_LENGTH); ) {
    months.push(text(year, month));
    [year, month] = month === 12 ? [year + 1, 1] : [year, month + 1];
  }
  return months;
}

const numbers = (date: string): [number, number] => [Number(date.slice(0, 4)), Number(date.slice(5, MONTH_LENGTH))];
const text = (year: number, month: number): string =>
  `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
