import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, addMonths, addYears, CalendarDate, dateOf, endOf, instant } from '../../lib/kernel/clock.ts';

const LAST = CalendarDate.parse('9999-12-31');
const FIRST = CalendarDate.parse('0000-01-01');
const date = fc
  .tuple(fc.integer({ min: 0, max: 9_999 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 28 }))
  .map(([year, month, day]) =>
    CalendarDate.parse(
      [String(year).padStart(4, '0'), ...[month, day].map((part) => String(part).padStart(2, '0'))].join('-'),
    ),
  );
const near = fc.oneof(date, fc.constantFrom(LAST, FIRST));
const HELPERS = { addDays, addMonths, addYears };

test.each(Object.entries(HELPERS))(
  '%s yields a date that sorts where it belongs, at the ends of the calendar too',
  (_, add) => {
    fc.assert(
      fc.property(near, fc.integer({ min: 0, max: 200_000 }), (day, count) => {
        const [later, earlier] = [add(day, count), add(day, -count)];
        for (const each of [later, earlier]) expect(CalendarDate.safeParse(each)).toMatchObject({ success: true });
        expect(later >= day && earlier <= day).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  },
);

test('the last day stands for every later one, as the first for every earlier', () => {
  expect([addDays(LAST, 1), addMonths(LAST, 1), addYears(LAST, 1), dateOf(endOf(LAST))]).toEqual([
    LAST,
    LAST,
    LAST,
    LAST,
  ]);
  expect([addDays(FIRST, -1), addMonths(FIRST, -1), addYears(FIRST, -1)]).toEqual([FIRST, FIRST, FIRST]);
  expect(dateOf(instant(8.64e15))).toBe(LAST);
});
