import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, CalendarDate, dateOf, endOf, instant, startOf, toIso } from '../../lib/kernel/clock.ts';
import { Listing, type Standing } from '../../lib/listing/standing.ts';
import { dueDay, endings } from '../../lib/listing/term.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';

const DAY = CalendarDate.parse('2026-11-21');
const NOBODY = unknownSubject({ scheme: 'uscc', code: '91350100M000100Y43' });
const SIGNED = { actor: 'steward' };

/** Days around the one on which all is written. */
const offset = fc.integer({ min: -900, max: 900 });
const listings = fc.uniqueArray(
  fc
    .record({
      id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      domain: fc.constantFrom('court-defaulters', 'tax-major-violation'),
      state: fc.constantFrom('candidate', 'decided', 'active', 'active', 'active', 'ended'),
      until: fc.option(
        offset.map((days) => addDays(DAY, days)),
        { nil: null },
      ),
      suspensions: fc.constantFrom(undefined, [{ cause: 'reorganisation', since: '2026-11-01T00:00:00.000Z' }]),
      objections: fc.constantFrom(undefined, undefined, [{ id: 'o', ground: 'facts-wrong', accepted: true }]),
    })
    .map((said) =>
      Listing.parse({
        list: 'black',
        authority: '样例法院',
        document: { number: '样例', type: 'enforcement-decision', issuedOn: '2024-01-01' },
        measures: [],
        from: '2024-01-01',
        repair: { repairable: true },
        ...(said.state === 'ended' && { ended: { reason: 'repaired', at: '2026-11-01T00:00:00.000Z' } }),
        ...said,
      }),
    ),
  { selector: ({ id }) => id },
);
const abolitions = fc
  .dictionary(fc.constantFrom('court-defaulters', 'tax-major-violation'), offset)
  .map((days) => new Map(Object.entries(days).map(([domain, each]) => [domain, addDays(DAY, each)])));

/** All listed at any moment of the day. */
const written = (all: readonly Listing[], moment: number) =>
  advance(
    NOBODY,
    all.map((listing) => ({ type: 'listed', listing })),
    SIGNED,
    instant(startOf(DAY) + moment),
  );
const moment = fc.integer({ min: 0, max: 86_399_999 });

describe('a standing', () => {
  it('is due before a day after its writing exactly where something of it is to be ended on that day', () => {
    fc.assert(
      fc.property(listings, moment, fc.integer({ min: 0, max: 1200 }), (all, at, later) => {
        const change = written(all, at);
        const today = addDays(DAY, later);
        const due = dueDay(change);
        expect(due !== undefined && due < today).toBe(endings(change.after, today, new Map()).length > 0);
      }),
    );
  });

  it('is never due before the day before its writing: nothing is lost among months that nobody looks at', () => {
    fc.assert(
      fc.property(listings, moment, (all, at) => {
        const due = dueDay(written(all, at));
        if (due !== undefined) expect(due >= addDays(DAY, -1)).toBe(true);
      }),
    );
  });

  it('has nothing left to end once it is ended, and is not due for it again', () => {
    fc.assert(
      fc.property(listings, moment, offset, abolitions, (all, at, days, abolished) => {
        const { after } = written(all, at);
        const today = addDays(DAY, days);
        const events = endings(after, today, abolished);
        fc.pre(events.length > 0);
        const next = advance(after, events, SIGNED, startOf(today));
        expect(endings(next.after, today, abolished)).toEqual([]);
        const due = dueDay(next);
        if (due !== undefined) expect(due >= today || due === addDays(today, -1)).toBe(true);
      }),
    );
  });
});

describe('an ending', () => {
  const reasons = (standing: Standing, today: CalendarDate, abolished: ReadonlyMap<string, CalendarDate>) =>
    new Map(
      endings(standing, today, abolished).flatMap((event) =>
        event.type === 'ended' ? [[event.listingId, event.reason] as const] : [],
      ),
    );

  it('is of what is active and not objected to, after the first of its last days, for the reason of that day', () => {
    fc.assert(
      fc.property(listings, offset, abolitions, (all, days, abolished) => {
        const today = addDays(DAY, days);
        const found = reasons(written(all, 0).after, today, abolished);
        for (const { id, state, until, domain, objections } of all) {
          const ends =
            state === 'active' &&
            !objections &&
            [until, abolished.get(domain) ?? null].filter((day) => day !== null).sort();
          const [first] = ends || [];
          const expected =
            first === undefined || first >= today ? undefined : first === until ? 'expired' : 'abolished';
          expect(found.get(id)).toBe(expected);
        }
      }),
    );
  });

  it('comes with the first moment after the last day in Beijing, and not a millisecond before', () => {
    fc.assert(
      fc.property(offset, (days) => {
        const until = addDays(DAY, days);
        const [listing] = [{ ...Listing.parse(SAMPLE), until }];
        const standing = { ...NOBODY, version: 1, listings: [listing] };
        const at = (milliseconds: number) => dateOf(instant(milliseconds));
        expect(endings(standing, at(endOf(until) - 1), new Map())).toEqual([]);
        expect(endings(standing, at(endOf(until)), new Map())).toHaveLength(1);
        expect(toIso(endOf(until)).endsWith('T16:00:00.000Z')).toBe(true);
      }),
    );
  });
});

const SAMPLE = {
  id: 'a',
  list: 'black',
  domain: 'court-defaulters',
  authority: '样例法院',
  document: { number: '样例', type: 'enforcement-decision', issuedOn: '2024-01-01' },
  measures: [],
  from: '2024-01-01',
  until: null,
  repair: { repairable: true },
  state: 'active',
};
