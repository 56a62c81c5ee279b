import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SHIPPED_CALENDARS } from '../../lib/calendar/shipped.ts';
import { addWorkingDays, isWorkingDay, workingDaysBetween } from '../../lib/calendar/working-days.ts';
import { addDays, CalendarDate } from '../../lib/kernel/clock.ts';

const FIRST = CalendarDate.parse('2023-06-01');
const day = fc.integer({ min: 0, max: 365 * 5 }).map((days) => addDays(FIRST, days));
const count = fc.integer({ min: 1, max: 90 });
const add = (start: CalendarDate, days: number) => addWorkingDays(start, days, SHIPPED_CALENDARS);

test('a term ends on a working day, and holds as many working days as it has', () => {
  fc.assert(
    fc.property(day, count, (start, days) => {
      const { day: end, provisional } = add(start, days);
      expect(isWorkingDay(end, SHIPPED_CALENDARS)).toBe(true);
      expect(workingDaysBetween(start, end, SHIPPED_CALENDARS)).toEqual({ days, provisional });
      expect(workingDaysBetween(start, addDays(end, -1), SHIPPED_CALENDARS).days).toBe(days - 1);
    }),
  );
});

test('terms one after the other are one term', () => {
  fc.assert(
    fc.property(day, count, count, (start, first, second) => {
      expect(add(add(start, first).day, second).day).toBe(add(start, first + second).day);
    }),
  );
});

test('a later start never ends earlier', () => {
  fc.assert(
    fc.property(day, count, (start, days) => {
      expect(add(addDays(start, 1), days).day >= add(start, days).day).toBe(true);
    }),
  );
});

test('what is provisional has left the known years, and what is not has stayed in them', () => {
  fc.assert(
    fc.property(day, count, (start, days) => {
      const { day: end, provisional } = add(start, days);
      const known = addDays(start, 1) >= '2024-01-01' && end <= '2026-12-31';
      expect(provisional).toBe(!known);
    }),
  );
});
