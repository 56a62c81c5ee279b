import { describe, expect, it, test } from 'vitest';
import { CalendarYear } from '../../lib/calendar/calendar-year.ts';
import { SHIPPED_CALENDARS } from '../../lib/calendar/shipped.ts';
import { addWorkingDays, isWorkingDay, workingDaysBetween, workingDaysOf } from '../../lib/calendar/working-days.ts';
import { CalendarDate } from '../../lib/kernel/clock.ts';

const date = (text: string) => CalendarDate.parse(text);

describe('the shipped calendars', () => {
  it('have the working days that their notices leave', () => {
    expect([...SHIPPED_CALENDARS].map(([year, calendar]) => [year, workingDaysOf(calendar)])).toEqual([
      [2024, 251],
      [2025, 248],
      [2026, 248],
    ]);
  });

  it('cite their notice', () => {
    for (const { year, notice } of SHIPPED_CALENDARS.values())
      expect(notice).toMatch(new RegExp(`${year}年.*国办发明电〔${year - 1}〕\\d+号`));
  });
});

// Counted by hand on the notices.
test.each([
  ['over National Day', '2026-09-18', 20, '2026-10-22'],
  ['over National Day of another year', '2024-09-27', 20, '2024-10-30'],
  ['over eight days off at once', '2025-09-26', 20, '2025-10-30'],
  ['to a Sunday that is worked', '2026-09-19', 1, '2026-09-20'],
  ['to a Saturday that is worked', '2026-10-09', 1, '2026-10-10'],
  ['from the last day before the holidays', '2026-09-30', 1, '2026-10-08'],
  ['from a Saturday that is worked, which is the start and not counted', '2026-02-14', 1, '2026-02-24'],
  ['over the New Year', '2025-12-31', 1, '2026-01-04'],
  ['to the last known day', '2026-12-03', 20, '2026-12-31'],
])('working days are counted %s', (_, start, count, day) => {
  expect(addWorkingDays(date(start), count, SHIPPED_CALENDARS)).toEqual({ day, provisional: false });
  expect(workingDaysBetween(date(start), date(day), SHIPPED_CALENDARS)).toEqual({ days: count, provisional: false });
});

describe('a year without a calendar', () => {
  it('is counted Monday to Friday, provisionally', () => {
    expect(addWorkingDays(date('2026-12-04'), 20, SHIPPED_CALENDARS)).toEqual({ day: '2027-01-01', provisional: true });
    expect(workingDaysBetween(date('2026-12-31'), date('2027-01-10'), SHIPPED_CALENDARS)).toEqual({
      days: 6,
      provisional: true,
    });
    expect(addWorkingDays(date('2023-12-29'), 1, SHIPPED_CALENDARS)).toEqual({ day: '2024-01-02', provisional: true });
  });

  it('is counted by its calendar once that is known', () => {
    const calendar = CalendarYear.parse({
      year: 2027,
      notice: '样例',
      daysOff: ['2027-01-01', '2027-01-02', '2027-01-03'],
      makeUpDays: ['2027-01-09'],
    });
    const calendars = new Map([...SHIPPED_CALENDARS, [2027, calendar] as const]);
    expect(addWorkingDays(date('2026-12-04'), 20, calendars)).toEqual({ day: '2027-01-04', provisional: false });
    expect(isWorkingDay(date('2027-01-09'), calendars)).toBe(true);
  });
});

test('no time passes from a day to itself or back', () => {
  for (const end of ['2026-09-18', '2026-09-01'])
    expect(workingDaysBetween(date('2026-09-18'), date(end), SHIPPED_CALENDARS)).toEqual({
      days: 0,
      provisional: false,
    });
});

test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a term of %s working days is none', (count) => {
  expect(() => addWorkingDays(date('2026-09-18'), count, SHIPPED_CALENDARS)).toThrow(RangeError);
});
