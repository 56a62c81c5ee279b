import { CalendarDate, dateOf, instant } from '../kernel/clock.ts';
import type { Profile } from './profile.ts';

// Year first, as every published list here has it: 2018年04月08日, 2017/08/31, 2018-4-8, 2018.04.08; a time of day is dropped.
const SEPARATED = /^(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;
/** 2025-03-01T16:00:00Z: a moment, and the date is the one in China. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
/** 04/08/2018: which of the two is the month, only the profile can say. */
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;
const YEAR = /^(\d{4})(?:年度?)?$/;

/** How a list says that something has no end. 2099/12/31 is that of 双公示's data standard. */
const FOREVER = new Set(['2999-12-31', '9999-12-31', '2099-12-31']);
const FOREVER_WORDS = new Set(['INDEFINITE', '长期', '长期有效', '永久', '无期限', '终身']);

/** The calendar date in a cell, in any form in which the lists write it; undefined for what is none. */
export function readDate(cell: string, order?: Profile['dates']): CalendarDate | undefined {
  const folded = cell.normalize('NFKC').trim();
  if (MOMENT.test(folded)) return dateOfMoment(folded);
  const [, year = '', month = '', day = ''] = SEPARATED.exec(folded) ?? COMPACT.exec(folded) ?? [];
  if (year !== '' || order === undefined) return dateFrom(year, month, day);
  const [, first = '', second = '', last = ''] = YEAR_LAST.exec(folded) ?? [];
  return order === 'month-first' ? dateFrom(last, first, second) : dateFrom(last, second, first);
}

/** The last day in a cell; null where it says that there is none: 长期, Indefinite, 2999-12-31. */
export function readEnd(cell: string, order?: Profile['dates']): CalendarDate | null | undefined {
  if (FOREVER_WORDS.has(cell.normalize('NFKC').trim().toUpperCase())) return null;
  const date = readDate(cell, order);
  return date !== undefined && FOREVER.has(date) ? null : date;
}

/** The day that a year alone stands for. */
export function readYear(cell: string, { plus, day }: { plus: number; day: string }): CalendarDate | undefined {
  const [, year] = YEAR.exec(cell.normalize('NFKC').trim()) ?? [];
  return year === undefined ? undefined : dateFrom(String(Number(year) + plus), ...splitDay(day));
}

/** Whether a date that a file ends with cannot have been longer: 2027-01-1 may be the beginning of 2027-01-15. */
export const isWholeDate = (cell: string): boolean => /\d{2}日?$|日$/.test(cell.trim()) && readDate(cell) !== undefined;

function dateFrom(year: string, month: string, day: string): CalendarDate | undefined {
  const parsed = CalendarDate.safeParse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  return parsed.success ? parsed.data : undefined;
}

function dateOfMoment(text: string): CalendarDate | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : dateOf(instant(at));
}

function splitDay(day: string): [string, string] {
  const [month = '', of = ''] = day.split('-');
  return [month, of];
}
