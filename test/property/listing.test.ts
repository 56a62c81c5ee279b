import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Instant, instant, parseInstant } from '../../lib/kernel/clock.ts';
import { type EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import { EndReason, Listing, type Standing } from '../../lib/listing/standing.ts';
import { advance, apply, fold, TransitionRefused, unknownSubject } from '../../lib/listing/transition.ts';
import { nameKey, organisationKey } from '../../lib/subject/key.ts';

const SUBJECT: Standing['subject'] = { scheme: 'uscc', code: '91350100M000100Y43', name: '东湖建设有限公司' };
const SIGNED = { actor: 'steward' };
const START = parseInstant('2026-11-21T13:25:00+08:00');
const IDS = ['a', 'b', 'c'];

const cause = fc.constantFrom('objection' as const, 'reorganisation' as const);
const listingId = fc.constantFrom(...IDS);
const listing = fc
  .record({
    id: listingId,
    list: fc.constantFrom('black' as const, 'ordinary' as const),
    state: fc.constantFrom('candidate' as const, 'active' as const),
    measures: fc.subarray(['no-land', 'strict-review']),
    proceedings: fc.boolean(),
  })
  .map((said) =>
    Listing.parse({
      domain: 'court-defaulters',
      authority: '样例法院',
      document: { number: '样例', type: 'enforcement-decision', issuedOn: '2026-01-01' },
      from: '2026-01-01',
      until: null,
      repair: { repairable: true },
      ...said,
    }),
  );
const event: fc.Arbitrary<StandingEvent> = fc.oneof(
  { arbitrary: listing.map((each) => ({ type: 'listed' as const, listing: each })), weight: 3 },
  listing.map((each) => ({ type: 'changed' as const, listing: each })),
  fc.record({ type: fc.constant('suspended' as const), listingId, cause }),
  fc.record({ type: fc.constant('resumed' as const), listingId, cause }),
  fc.record({ type: fc.constant('ended' as const), listingId, reason: fc.constantFrom(...EndReason.options) }),
  fc.record({
    type: fc.constant('code-confirmed' as const),
    code: fc.constantFrom('91430100M000100Y4H', '91440300M000100Y4X'),
  }),
  fc.record({
    type: fc.constant('succeeded' as const),
    predecessor: fc.constantFrom(organisationKey('MA4L12346'), organisationKey('MA4A56787')),
  }),
  fc.record({
    type: fc.constant('identified' as const),
    listingId,
    subject: fc.constantFrom(organisationKey('MA4L12346'), organisationKey('MA4A56787')),
    same: fc.boolean(),
  }),
  fc.record({ type: fc.constant('named' as const), name: fc.constantFrom(nameKey('甲公司'), nameKey('乙公司')) }),
);
const events = fc.array(event, { maxLength: 30 });

interface History {
  readonly standing: Standing;
  readonly records: readonly EventRecord[];
  readonly refused: readonly TransitionRefused[];
}

/** Whatever the state allows, one event after the other, a second apart. */
function live(wanted: readonly StandingEvent[]): History {
  let standing = unknownSubject(SUBJECT);
  const records: EventRecord[] = [];
  const refused: TransitionRefused[] = [];
  wanted.forEach((each, index) => {
    try {
      const change = advance(standing, [each], SIGNED, instant(START + index * 1000));
      standing = change.after;
      records.push(...change.records);
    } catch (error) {
      if (!(error instanceof TransitionRefused)) throw error;
      refused.push(error);
    }
  });
  return { standing, records, refused };
}

const applied = (standing: Standing, each: StandingEvent, at: Instant = START): Standing | TransitionRefused => {
  try {
    return apply(standing, each, at);
  } catch (error) {
    if (error instanceof TransitionRefused) return error;
    throw error;
  }
};

describe('a standing', () => {
  it('is what its history folds to, at every version', () => {
    fc.assert(
      fc.property(events, (wanted) => {
        const { standing, records } = live(wanted);
        expect(fold(records)).toEqual(records.length > 0 ? standing : undefined);
        for (let version = 1; version < records.length; version += 1) {
          const then = fold(records.slice(0, version));
          expect(then?.version).toBe(version);
          expect(
            advance(
              then ?? unknownSubject(SUBJECT),
              records.slice(version).map((each) => each.event),
              SIGNED,
              START,
            ).after.version,
          ).toBe(standing.version);
        }
      }),
    );
  });

  it('folds from a history that has been through storage', () => {
    fc.assert(
      fc.property(events, (wanted) => {
        const { standing, records } = live(wanted);
        fc.pre(records.length > 0);
        expect(fold(JSON.parse(JSON.stringify(records)))).toEqual(standing);
        for (const { event: each } of records)
          expect(StandingEvent.parse(JSON.parse(JSON.stringify(each)))).toEqual(each);
      }),
    );
  });

  it('grows by one version with each event', () => {
    fc.assert(
      fc.property(events, (wanted) => {
        const { standing, records, refused } = live(wanted);
        expect(records.map(({ version }) => version)).toEqual(records.map((_, index) => index + 1));
        expect(standing.version).toBe(records.length);
        expect(records.length + refused.length).toBe(wanted.length);
      }),
    );
  });

  it('is the same whether its events come one by one or together', () => {
    fc.assert(
      fc.property(events, (wanted) => {
        const accepted = live(wanted).records.map((each) => each.event);
        const once = advance(unknownSubject(SUBJECT), accepted, SIGNED, START);
        const oneByOne = accepted.reduce((standing, each) => apply(standing, each, START), unknownSubject(SUBJECT));
        expect(once.after).toEqual(oneByOne);
        expect(once.before).toEqual(unknownSubject(SUBJECT));
      }),
    );
  });

  it('holds each listing once, and loses none', () => {
    fc.assert(
      fc.property(events, (wanted) => {
        const { standing, records } = live(wanted);
        const listed = records.flatMap(({ event: each }) => (each.type === 'listed' ? [each.listing.id] : []));
        expect(standing.listings.map(({ id }) => id)).toEqual(listed);
        expect(new Set(listed).size).toBe(listed.length);
      }),
    );
  });

  it('never changes a listing that has ended', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        const { standing } = live(before);
        const ended = standing.listings.filter(({ state }) => state === 'ended');
        const later = after.reduce((current, each) => {
          const next = applied(current, each);
          return next instanceof TransitionRefused ? current : next;
        }, standing);
        expect(later.listings.filter(({ id }) => ended.some((each) => each.id === id))).toEqual(ended);
      }),
    );
  });

  it('refuses every event of a listing that has ended, and of one that it does not know', () => {
    fc.assert(
      fc.property(events, event, (wanted, next) => {
        const id = 'listingId' in next ? next.listingId : next.type === 'changed' ? next.listing.id : undefined;
        fc.pre(id !== undefined);
        const { standing } = live(wanted);
        const found = standing.listings.find((each) => each.id === id);
        const result = applied(standing, next);
        if (!found) expect(result).toMatchObject({ state: 'unknown' });
        else if (found.state === 'ended') expect(result).toMatchObject({ state: 'ended' });
      }),
    );
  });

  it('holds one suspension of each cause, and resumes only what is suspended', () => {
    fc.assert(
      fc.property(events, listingId, cause, (wanted, id, why) => {
        const { standing } = live(wanted);
        for (const { suspensions = [] } of standing.listings)
          expect(new Set(suspensions.map((each) => each.cause)).size).toBe(suspensions.length);
        const found = standing.listings.find((each) => each.id === id);
        fc.pre(found !== undefined && found.state !== 'ended');
        const suspended = found?.suspensions?.some((each) => each.cause === why) ?? false;
        const result = applied(standing, { type: 'resumed', listingId: id, cause: why });
        if (!suspended) expect(result).toBeInstanceOf(TransitionRefused);
        else
          expect(result).toMatchObject({
            listings: expect.arrayContaining([
              expect.not.objectContaining({ suspensions: [expect.objectContaining({ cause: why })] }),
            ]),
          });
      }),
    );
  });

  it('leaves the standing that it started from as it was', () => {
    fc.assert(
      fc.property(events, event, (wanted, next) => {
        const { standing } = live(wanted);
        const copy = structuredClone(standing);
        applied(standing, next);
        expect(standing).toEqual(copy);
      }),
    );
  });
});
