import { CalendarDate } from '../kernel/clock.ts';

// Year first, as every published list has it: 2018年04月08日, 2017/08/31, 2018-4-8, 2018.04.08; a time of day is dropped.
const SEPARATED = /^(\d{4})[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;

/** The calendar date in a cell, in any form in which the lists write it; undefined for what is none. */
export function readDate(cell: string): CalendarDate | undefined {
  const folded = cell.normalize('NFKC').trim();
  const [, year = '', month = '', day = ''] = SEPARATED.exec(folded) ?? COMPACT.exec(folded) ?? [];
  const parsed = CalendarDate.safeParse(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`);
  return parsed.success ? parsed.data : undefined;
}
