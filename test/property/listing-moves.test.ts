import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import { type Move, movesOf, SAID } from '../../lib/listing/moves.ts';
import { EndReason, Listing, Standing } from '../../lib/listing/standing.ts';
import { advance, TransitionRefused, unknownSubject } from '../../lib/listing/transition.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const SUBJECT = organisationKey('M000100Y4');
const NOBODY = unknownSubject({ scheme: 'uscc', code: '91350100M000100Y43' });
const START = parseInstant('2026-11-21T13:25:00+08:00');

const listingId = fc.constantFrom('a', 'b', 'c');
const cause = fc.constantFrom('objection' as const, 'reorganisation' as const);
const listing = fc
  .record({
    id: listingId,
    list: fc.constantFrom('black', 'ordinary'),
    state: fc.constantFrom('candidate', 'decided', 'active', 'active'),
    measures: fc.subarray(['no-land', 'strict-review']),
    until: fc.constantFrom(null, '2027-01-01'),
    remedy: fc.constantFrom(undefined, '可申请行政复议'),
    proceedings: fc.boolean(),
  })
  .map((said) =>
    Listing.parse({
      domain: 'court-defaulters',
      authority: '样例法院',
      document: { number: '样例', type: 'enforcement-decision', issuedOn: '2026-01-01' },
      from: '2026-01-01',
      repair: { repairable: true },
      ...said,
    }),
  );
const event: fc.Arbitrary<StandingEvent> = fc.oneof(
  { arbitrary: listing.map((each) => ({ type: 'listed' as const, listing: each })), weight: 3 },
  { arbitrary: listing.map((each) => ({ type: 'changed' as const, listing: each })), weight: 2 },
  fc.record({ type: fc.constant('suspended' as const), listingId, cause }),
  fc.record({ type: fc.constant('resumed' as const), listingId, cause }),
  fc
    .record({
      reason: fc.constantFrom(...EndReason.options),
      listingId,
      wrong: fc.boolean(),
    })
    .map(({ wrong, ...end }) => ({ type: 'ended' as const, ...end, ...(wrong && { wrong: true as const }) })),
);

/** Standings one after the other as they are written: each by up to three events at once, of those that are allowed. */
const written = fc
  .array(fc.array(event, { minLength: 1, maxLength: 3 }), { maxLength: 15 })
  .map((batches): Standing[] => {
    const standings = [NOBODY];
    batches.forEach((events, index) => {
      const before = standings.at(-1) ?? NOBODY;
      const at = instant(START + index * 1000);
      const after = events.reduce((standing, each) => {
        try {
          return advance(standing, [each], { actor: 'steward' }, at).after;
        } catch (error) {
          if (!(error instanceof TransitionRefused)) throw error;
          return standing;
        }
      }, before);
      if (after !== before) standings.push(after);
    });
    return standings;
  });

const steps = (standings: readonly Standing[]) =>
  standings.slice(1).map((after, index) => {
    const before = standings[index] ?? NOBODY;
    return { before, after, moves: movesOf(SUBJECT, before.version === 0 ? undefined : before, after) };
  });

/** One who hears of moves and of nothing else. */
function follow(known: Map<string, { suspended: boolean; said: Listing }>, move: Move): void {
  const { id } = move.listing;
  const one = known.get(id);
  switch (move.kind) {
    case 'in-force':
      expect(one).toBeUndefined();
      known.set(id, { suspended: false, said: move.listing });
      return;
    case 'suspended':
    case 'resumed':
      expect(one?.suspended).toBe(move.kind === 'resumed');
      known.set(id, { suspended: move.kind === 'suspended', said: move.listing });
      return;
    case 'ended':
      expect(one).toBeDefined();
      known.delete(id);
      return;
    case 'corrected':
      expect(one !== undefined).toBe(move.correction === 'changed');
      if (one) known.set(id, { ...one, said: move.listing });
  }
}

describe('the moves of listings', () => {
  it('leave one who follows them with what is in force, what rests, and what it says', () => {
    fc.assert(
      fc.property(written, (standings) => {
        const known = new Map<string, { suspended: boolean; said: Listing }>();
        for (const { after, moves } of steps(standings)) {
          for (const move of moves) follow(known, move);
          const active = after.listings.filter(({ state }) => state === 'active');
          expect([...known.keys()].sort()).toEqual(active.map(({ id }) => id).sort());
          for (const each of active) {
            const mirrored = known.get(each.id);
            expect(mirrored?.suspended).toBe((each.suspensions ?? []).length > 0);
            for (const field of SAID) expect(mirrored?.said[field]).toEqual(each[field]);
          }
        }
      }),
    );
  });

  it('are known by ids that are the same for the same images, and never for two moves', () => {
    fc.assert(
      fc.property(written, (standings) => {
        const all = steps(standings).flatMap(({ before, after, moves }) => {
          const stored = (standing: Standing) => Standing.parse(JSON.parse(JSON.stringify(standing)));
          expect(movesOf(SUBJECT, stored(before), stored(after))).toEqual(moves);
          return moves;
        });
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        const others = steps(standings).flatMap(({ before, after }) =>
          movesOf(organisationKey('MA4L12346'), before, after),
        );
        expect(new Set([...all, ...others].map(({ id }) => id)).size).toBe(2 * all.length);
      }),
    );
  });

  it('say of an exit why, and of one that was wrong that too', () => {
    fc.assert(
      fc.property(written, (standings) => {
        for (const { before, after, moves } of steps(standings))
          for (const { id, state, ended } of after.listings) {
            const was = before.listings.find((each) => each.id === id)?.state;
            if (was !== 'active' || state !== 'ended' || !ended) continue;
            const exit = moves.filter((move) => move.listing.id === id);
            expect(exit).toMatchObject([
              { kind: 'ended', reason: ended.reason },
              ...(ended.reason === 'objection-upheld' || ended.wrong
                ? [{ kind: 'corrected', correction: 'withdrawn' }]
                : []),
            ]);
          }
      }),
    );
  });

  it('name of a correction in force exactly what was changed', () => {
    fc.assert(
      fc.property(written, (standings) => {
        for (const { before, after, moves } of steps(standings))
          for (const now of after.listings) {
            const was = before.listings.find(({ id }) => id === now.id);
            if (was?.state !== 'active' || now.state !== 'active') continue;
            const changed = SAID.filter((field) => !isDeepStrictEqual(was[field], now[field]));
            const told = moves.flatMap((move) =>
              move.listing.id === now.id && move.kind === 'corrected' && move.correction === 'changed'
                ? [move.changed]
                : [],
            );
            expect(told).toEqual(changed.length > 0 ? [changed] : []);
          }
      }),
    );
  });

  it('are none for a listing that was never in force, and none where nothing was done', () => {
    fc.assert(
      fc.property(written, (standings) => {
        const everActive = new Set(
          standings.flatMap(({ listings }) => listings.flatMap(({ id, state }) => (state === 'active' ? [id] : []))),
        );
        for (const { after, moves } of steps(standings)) {
          for (const move of moves) expect(everActive).toContain(move.listing.id);
          expect(movesOf(SUBJECT, after, after)).toEqual([]);
        }
      }),
    );
  });
});

describe('a listing that had ended', () => {
  const red = Listing.parse({
    id: 'r',
    list: 'red',
    domain: 'tax-grade-a',
    authority: '样例税务局',
    document: { number: '样例', type: 'rating', issuedOn: '2026-01-01' },
    measures: ['favour'],
    from: '2026-01-01',
    until: null,
    repair: { repairable: false },
    state: 'active',
  });
  const standing = (version: number, said: Listing): Standing => ({ ...NOBODY, version, listings: [said] });
  const ended: Listing = { ...red, state: 'ended', ended: { reason: 'blacklisted', at: '2026-02-01T00:00:00.000Z' } };

  it('and is in force again is told as reinstated', () => {
    expect(movesOf(SUBJECT, standing(2, ended), standing(3, red))).toMatchObject([
      { kind: 'in-force', reinstated: true, version: 3 },
    ]);
    expect(movesOf(SUBJECT, undefined, standing(1, red))).toMatchObject([{ kind: 'in-force', reinstated: false }]);
  });

  it('and should never have been is told once more, as withdrawn', () => {
    const expired: Listing = { ...ended, ended: { reason: 'expired', at: '2026-02-01T00:00:00.000Z' } };
    const after = advance(
      standing(2, expired),
      [{ type: 'found-wrong', listingId: 'r' }],
      { actor: 'steward' },
      START,
    ).after;
    expect(movesOf(SUBJECT, standing(2, expired), after)).toMatchObject([
      { kind: 'corrected', correction: 'withdrawn', version: 3 },
    ]);
    const twice = () => advance(after, [{ type: 'found-wrong', listingId: 'r' }], { actor: 'steward' }, START);
    expect(twice).toThrow(TransitionRefused);
  });

  it('has the id that receivers know it by: changing how it is made would repeat every event to them', () => {
    expect(movesOf(SUBJECT, undefined, standing(1, red)).map(({ id }) => id)).toEqual(['vknxUgh5d6CXLmsar-tYcaZSOnw']);
  });
});
