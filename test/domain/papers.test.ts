import { describe, expect, test } from 'vitest';
import { type CalendarDate, dateOf, instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { Case } from '../../lib/listing/case.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { type EndedEntry, type PapersStore, sweepPapers } from '../../lib/retention/papers.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const RULE = { years: 21, catalogueVersion: 'c-1' };
const SUBJECT = organisationKey('MA0000170');
const day = (text: string): CalendarDate => dateOf(parseInstant(`${text}T04:00:00.000Z`));

const listing = (id: string, ended?: { on: string; by?: string; reason?: 'expired' }): Listing =>
  Listing.parse({
    id,
    list: 'red',
    domain: 'tax-a-grade',
    authority: 'a',
    document: { number: '1', type: 'd', issuedOn: '2020-01-01' },
    measures: [],
    from: '2020-01-01',
    until: null,
    repair: { repairable: false },
    state: ended ? 'ended' : 'active',
    ...(ended && {
      ended: {
        reason: ended.reason ?? 'blacklisted',
        at: `${ended.on}T04:00:00.000Z`,
        ...(ended.by !== undefined && { by: ended.by }),
      },
    }),
  });

const OPEN: Case = {
  kind: 'revocation',
  id: 'x.v1',
  listingId: 'x',
  deadline: { kind: 'revocation-signature', owner: 'o', due: day('2026-01-01'), provisional: false },
  reason: 'revoked',
  state: 'proposed',
  proposed: { at: '2026-01-01T00:00:00.000Z', by: { actor: 'a' } },
};

/** A register of one subject, and what the sweeper did to it. */
function registerOf(listings: readonly Listing[], entries: EndedEntry[], cases: readonly Case[] = []) {
  const burnt: string[] = [];
  const store: PapersStore = {
    endedIn: async (month) => ({
      entries: entries.filter(({ on }) => on.startsWith(month)).map((entry) => ({ ...entry, position: entry.on })),
      reached: undefined,
    }),
    listingsOf: async () => listings,
    papersOf: async (id) => ({ cases: cases.filter(({ listingId }) => listingId === id), entry: !burnt.includes(id) }),
    burnPapers: async ({ listingId }) => void burnt.push(listingId),
    moveEntry: async ({ on }, to) => {
      entries.splice(
        entries.findIndex((entry) => entry.on === on),
        1,
        ...(to ? [entry(to)] : []),
      );
    },
  };
  const run = (date: string, until = Number.POSITIVE_INFINITY) =>
    sweepPapers(store, RULE, () => instant(Date.parse(`${date}T04:00:00.000Z`)), until);
  return { burnt, entries, run };
}

const entry = (on: string): EndedEntry => ({ on: day(on), which: `${SUBJECT}#1`, subjects: [SUBJECT] });

describe('papers of ended listings', () => {
  test('go on the day after their last one, and not those of a listing that is in force', async () => {
    const { burnt, entries, run } = registerOf(
      [listing('a', { on: '2026-03-01' }), listing('b')],
      [entry('2026-03-01')],
    );
    await run('2047-03-01');
    expect([burnt, entries]).toEqual([[], [entry('2026-03-01')]]);
    expect(await run('2047-03-02')).toEqual({ papers: 1, unfinished: false });
    expect([burnt, entries]).toEqual([['a'], []]);
  });

  test('of one that ended again later wait for that day', async () => {
    const later = listing('a', { on: '2030-01-01' });
    const { burnt, entries, run } = registerOf([later], [entry('2026-03-01'), entry('2030-01-01')]);
    await run('2047-03-02');
    expect([burnt, entries]).toEqual([[], [entry('2030-01-01')]]);
    await run('2051-01-02');
    expect(burnt).toEqual(['a']);
  });

  test('of a red one wait while the black one that ended it may be found wrong', async () => {
    const red = listing('red', { on: '2026-03-01', by: 'black' });
    const { burnt, entries, run } = registerOf([red, listing('black')], [entry('2026-03-01')]);
    await run('2047-03-02');
    expect([burnt, entries]).toEqual([[], [entry('2026-03-31')]]);
    // It may be found wrong though it has ended, as long as its own papers are there.
    const both = [red, listing('black', { on: '2030-01-01' })];
    const ended = registerOf(both, [entry('2029-12-31')]);
    await ended.run('2051-01-01');
    expect([ended.burnt, ended.entries]).toEqual([[], [entry('2030-01-30')]]);
    await ended.run('2051-01-31');
    expect(ended.burnt).toEqual(['red', 'black']);
  });

  test('wait while an answer is owed: whether it was wrong', async () => {
    const ended = listing('x', { on: '2026-03-01', reason: 'expired' });
    const { burnt, entries, run } = registerOf([ended], [entry('2026-03-01')], [OPEN]);
    await run('2047-03-02');
    expect([burnt, entries]).toEqual([[], [entry('2026-03-31')]]);
  });

  test('do not wait for what ended with the listing, and can be answered no more', async () => {
    const repair: Case = {
      kind: 'repair',
      id: 'x.r1',
      listingId: 'x',
      deadline: { kind: 'repair-acceptance', owner: 'o', due: day('2026-01-01'), provisional: false },
      methods: [],
      statement: '已改正',
      state: 'requested',
      requested: { at: '2026-01-01T00:00:00.000Z', by: { actor: 'a' } },
    };
    const ended = listing('x', { on: '2026-03-01', reason: 'expired' });
    const { burnt, entries, run } = registerOf([ended], [entry('2026-03-01')], [repair]);
    await run('2047-03-02');
    expect([burnt, entries]).toEqual([['x'], []]);
  });

  test('are left to the next run where there is no time', async () => {
    const { burnt, run } = registerOf([listing('a', { on: '2026-03-01' })], [entry('2026-03-01')]);
    expect(await run('2047-03-02', 0)).toEqual({ papers: 0, unfinished: true });
    expect(burnt).toEqual([]);
  });
});
