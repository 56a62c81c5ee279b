import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { disagreeing } from '../../lib/intake/disagreeing.ts';
import type { ImportOrder } from '../../lib/intake/import.ts';
import type { SourceState } from '../../lib/intake/source-state.ts';
import { takeStep } from '../../lib/intake/steps.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import { StandingMoved, type SubjectChange } from '../../lib/listing/ports.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import { advance } from '../../lib/listing/transition.ts';
import { nameKey, organisationKey } from '../../lib/subject/key.ts';
import { keysUpTo, type ListRow, listOf, rowsAbout } from './lists.ts';
import {
  bringIn,
  conflictsOf,
  importOf,
  indexAsOfNow,
  NOW,
  propose,
  rowsOf,
  type Setting,
  SOURCE,
  settingOn,
  stateOf,
} from './setting.ts';

// One 主体标识码 with two prefixes, and another subject.
const CODE = '91230199744190927K';
const OTHER_PREFIX = '91230103744190927H';
const STRANGER = '91350100M000100Y43';
const keyOf = (code: string) => organisationKey(code.slice(8, 17));
const keys = keysUpTo(4);
const HOUR_MS = 3_600_000;
const HOURS = 26;

let engine: Engine;
let to: Setting;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
beforeEach(async () => {
  to = await settingOn(engine.endpoint);
});
afterAll(() => engine.stop());

const listings = async () => (await stateOf(to, keys)).flatMap(({ standing }) => standing.listings);

/** Ends the first subject's listings here, some hours before the next import. */
async function endHere(
  reason: 'repaired' | 'objection-upheld' | 'revoked' | 'expired',
  which: (listing: Listing) => boolean = () => true,
) {
  const [state] = await stateOf(to, keys.slice(0, 1));
  if (!state) throw new Error('nothing listed');
  const events = state.standing.listings
    .filter(which)
    .map(({ id }) => ({ type: 'ended', listingId: id, reason }) as const);
  const change = advance(state.standing, events, { actor: 'steward' }, instant(NOW - HOURS * HOUR_MS));
  await to.store.commit([{ key: state.key, change, documents: [], names: [] }]);
}

describe('what ended here and is still delivered', () => {
  const rows = rowsAbout(2, 1);
  const text = listOf(rows);

  it.each(['repaired', 'objection-upheld', 'revoked'] as const)('stays ended as %s, and is named', async (reason) => {
    await bringIn(to, text);
    await endHere(reason);
    const before = await listings();
    const again = await bringIn(to, text, { mode: 'full' });
    expect(again.result).toMatchObject({ read: 2, unchanged: 2, stillDelivered: 1, quarantined: 0 });
    expect(await listings()).toEqual(before);
    const [ended] = before;
    const named = {
      kind: 'still-delivered',
      subject: keys[0],
      source: SOURCE,
      values: [ended?.id, reason, ended?.ended?.at],
      hoursAfterExit: HOURS,
    };
    expect(await conflictsOf(to)).toEqual([named]);
    // It grows with every delivery, is one conflict, and is known since the first.
    const later = { clock: () => instant(NOW + 10 * HOUR_MS) };
    await bringIn(to, text, {}, later);
    expect(await conflictsOf(to)).toEqual([{ ...named, hoursAfterExit: HOURS + 10 }]);
  });

  it('counts again where it had expired and the source has lengthened it, and the next file finds it', async () => {
    await bringIn(to, text);
    await endHere('expired');
    const longer = listOf(rows.map((row, index) => (index === 0 ? { ...row, until: '2028-01-01' } : row)));
    expect((await bringIn(to, longer)).result).toMatchObject({ added: 1, unchanged: 1, quarantined: 0 });
    const [state] = await stateOf(to, keys.slice(0, 1));
    expect(state?.standing.listings.map((each) => [each.state, each.until])).toEqual([
      ['ended', '2027-01-01'],
      ['active', '2028-01-01'],
    ]);
    const before = await listings();
    expect((await bringIn(to, longer, { mode: 'full' })).result).toMatchObject({ unchanged: 2, ended: 0 });
    expect(await listings()).toEqual(before);
  });

  it('is named too where the source changes it: the row is kept out', async () => {
    await bringIn(to, text);
    await endHere('repaired');
    const changed = await bringIn(to, listOf(rows.map((row) => ({ ...row, until: '2028-01-01' }))));
    expect(changed.result).toMatchObject({ changed: 1, quarantined: 1, stillDelivered: 1 });
    expect(changed.faults).toEqual({ 'ended-here': 1 });
    expect(await conflictsOf(to)).toMatchObject([{ kind: 'still-delivered', hoursAfterExit: HOURS }]);
  });

  it('is nothing to name where the term has run out, or the source drops it', async () => {
    await bringIn(to, text);
    await endHere('expired');
    expect((await bringIn(to, text)).result?.stillDelivered).toBe(0);
    await bringIn(to, listOf(rows.slice(1)), { mode: 'full', options: { allow: ['shrink'] } });
    expect([await conflictsOf(to), (await rowsOf(to)).length]).toEqual([[], 1]);
  });
});

/** The kinds of what a steward still has to settle. */
const openKinds = async () =>
  (await to.imports.conflicts('', undefined, 100)).flatMap(({ kind, settled }) => (settled ? [] : [kind]));

describe('sources beside one another', () => {
  it('a red row beside a black listing in force is listed, ended at once, and counted', async () => {
    const black = rowsAbout(1, 1, { list: 'black' });
    await bringIn(to, listOf(black), { source: 'court-defaulters-list' });
    const red = rowsAbout(2, 1, { list: 'red', number: '2025年度' });
    const report = await bringIn(to, listOf(red), { source: 'tax-a-grade-list' });
    expect(report.result).toMatchObject({ added: 2, blacklisted: 1 });
    const [first, second] = (await listings()).filter(({ list }) => list === 'red');
    expect([first?.ended?.reason, second?.state]).toEqual(['blacklisted', 'active']);
    expect(await conflictsOf(to)).toMatchObject([{ kind: 'sources-disagree', subject: keys[0] }]);
    const [last] = (await to.imports.source('tax-a-grade-list'))?.imports ?? [];
    expect(last).toMatchObject({ disagreements: 1, termsDiffer: 0 });
  });

  it('a red row that its source drops after a black listing ended it does not come back with the fault of that', async () => {
    const source = 'tax-a-grade-list';
    const rows = rowsAbout(2, 1, { list: 'red', number: '2025年度' });
    await bringIn(to, listOf(rows), { source });
    await bringIn(to, listOf(rowsAbout(1, 1, { list: 'black' })), { source: 'court-defaulters-list' });
    const shrunk = { source, mode: 'full', options: { allow: ['shrink'] } } satisfies Partial<ImportOrder>;
    const index = await indexAsOfNow(to, source);
    expect((await bringIn(to, listOf(rows.slice(1)), shrunk)).result).toMatchObject({ ended: 0, unchanged: 1 });
    await endHere('objection-upheld', ({ list }) => list === 'black');
    const red = async () => (await listings()).filter(({ list, id }) => list === 'red' && id !== other);
    const other = (await listings()).find(({ list, state }) => list === 'red' && state === 'active')?.id;
    expect(await red()).toMatchObject([{ state: 'ended', ended: { lapsed: 'withdrawn-by-source' } }]);
    // What its source says again is a listing of its own, also where the index has yet to follow.
    expect((await bringIn(to, listOf(rows), { source }, { index })).result).toMatchObject({ added: 1, unchanged: 1 });
    expect((await red()).map(({ state }) => state)).toEqual(['ended', 'active']);
  });

  it('two terms of one document are told, of the source that came later', async () => {
    await bringIn(to, listOf(rowsAbout(1, 1)));
    const longer = rowsAbout(1, 1, { until: '2029-01-01' });
    await bringIn(to, listOf(longer), { source: 'abnormal-operation-list' });
    expect(await conflictsOf(to)).toMatchObject([{ kind: 'term-differs', source: 'abnormal-operation-list' }]);
    expect(await openKinds()).toEqual(['term-differs']);
    const [last] = (await to.imports.source('abnormal-operation-list'))?.imports ?? [];
    expect(last).toMatchObject({ disagreements: 0, termsDiffer: 1 });
    // Where one of the two has ended there is nothing left to settle.
    await endHere('revoked', ({ source }) => source === 'abnormal-operation-list');
    expect(await openKinds()).toEqual([]);
  });

  it('are counted for both, as they stand after the last full file of either', async () => {
    const [one, other] = ['penalty-publicity', 'abnormal-operation-list'] as const;
    const against = async (source: string) => {
      const states = new Map<string, SourceState>();
      for (const id of [one, other]) {
        const state = await to.imports.source(id);
        if (state) states.set(id, state);
      }
      return disagreeing(source, states);
    };
    const found = (termsDiffer: number) => ({ disagreements: 0, termsDiffer });
    let minutes = 0;
    const bring = (rows: readonly ListRow[], source: string) => {
      minutes += 20;
      const now = instant(NOW + minutes * 60_000);
      const order = { source, mode: 'full', options: { allow: ['shrink'] } } satisfies Partial<ImportOrder>;
      return bringIn(to, listOf(rows), order, { clock: () => now });
    };
    const longer = rowsAbout(3, 1, { until: '2029-01-01' });
    await bring(rowsAbout(3, 1), one);
    await bring(longer, other);
    expect([await against(one), await against(other)]).toEqual([{ [other]: found(3) }, { [one]: found(3) }]);
    // The first follows in one of them: what it says unchanged is counted with what it has changed.
    await bring([...longer.slice(0, 1), ...rowsAbout(3, 1).slice(1)], one);
    expect([await against(one), await against(other)]).toEqual([{ [other]: found(2) }, { [one]: found(2) }]);
    // The second drops another, and says nothing new of the last.
    await bring([...longer.slice(0, 1), ...longer.slice(2)], other);
    expect([await against(one), await against(other)]).toEqual([{ [other]: found(1) }, { [one]: found(1) }]);
  });

  it('of a person are told without the person’s key, in the list and in its places', async () => {
    const person = (until: string) =>
      listOf(rowsAbout(1, 1, { until })).replace(/org-code,[^,]*,[^,]*,/, 'resident-id,11010519491231002X,,');
    await bringIn(to, person('2027-01-01'));
    await bringIn(to, person('2029-01-01'), { source: 'abnormal-operation-list' });
    const [conflict] = await to.imports.conflicts('', undefined, 100);
    expect(conflict?.kind).toBe('term-differs');
    expect(conflict?.place).not.toContain('p:');
  });

  it('are counted to the last, and told up to a hundred of a kind in a piece; a worker that died halfway tells the same', async () => {
    const source = 'abnormal-operation-list';
    const many = 130;
    await bringIn(to, listOf(rowsAbout(1, many)));
    const id = await propose(to, listOf(rowsAbout(1, many, { until: '2029-01-01', name: '又名公司' })), { source });
    const step = { importId: id, run: 'test' };
    for (const each of ['begin', 'lease'] as const) await takeStep(to, { ...step, step: each });
    await takeStep(to, { ...step, step: 'diff', item: '0-15' });
    const { items } = await takeStep(to, { ...step, step: 'decide' });
    // Its second transaction is written, and the answer lost with the worker.
    let commits = 0;
    const dying = {
      ...to,
      store: {
        standings: to.store.standings.bind(to.store),
        history: to.store.history.bind(to.store),
        commit: async (changes: readonly SubjectChange[]) => {
          await to.store.commit(changes);
          commits += 1;
          if (commits === 2) throw new Error('killed');
        },
      },
    };
    for (const item of items) await expect(takeStep(dying, { ...step, step: 'work', item })).rejects.toThrow('killed');
    for (const item of items) await takeStep(to, { ...step, step: 'work', item });
    await takeStep(to, { ...step, step: 'finish' });
    const { result, conflicts } = await importOf(to, id);
    expect([result?.added, conflicts]).toEqual([many, { 'term-differs': many, 'one-code-two-names': many }]);
    expect((await to.imports.source(source))?.imports[0]?.termsDiffer).toBe(many);
    expect(await to.imports.conflicts('term-differs', undefined, 2 * many)).toHaveLength(100);
  });

  it('an end that the authority publishes beside another term of its own decision is told', async () => {
    const file = [
      '企业名称,统一社会信用代码,处罚日期,执法单位,处罚结果,公布截止日期',
      `甲有限公司,${CODE},2026-03-01,某财政局,禁止参加政府采购活动二年,2029-03-01`,
      `乙有限公司,${STRANGER},2026-03-01,某财政局,禁止参加政府采购活动二年,2028-03-01`,
      '',
    ].join('\n');
    const source = 'government-procurement-violation-list';
    const report = await bringIn(to, file, { profile: 'ccgp', source });
    expect([report.state, report.result?.added]).toEqual(['done', 2]);
    expect(await conflictsOf(to)).toMatchObject([
      {
        kind: 'term-differs',
        subject: keyOf(CODE),
        values: [expect.stringMatching(/ 2028-03-01$/), 'published 2029-03-01'],
      },
    ]);
    expect((await to.imports.source(source))?.imports[0]?.termsDiffer).toBe(1);
  });
});

describe('an abolished list', () => {
  it('takes nothing in any more: its rows are kept out, and the others are not', async () => {
    const catalogue = await to.catalogue();
    const abolished = (lastDay: string) => ({
      catalogue: async () => ({
        ...catalogue,
        domains: catalogue.domains.map((each) =>
          each.code === 'court-defaulters' ? { ...each, abolishedAfter: CalendarDate.parse(lastDay) } : each,
        ),
      }),
    });
    const text = listOf([...rowsAbout(1, 1, { list: 'black' }), ...rowsAbout(1, 3)]);
    const order = { source: 'court-defaulters-list' };
    const over = await bringIn(to, text, order, abolished('2026-11-20'));
    expect(over).toMatchObject({ faults: { 'unknown-code': 1 }, result: { added: 3, quarantined: 1 } });
    const lastDay = await bringIn(to, text, order, abolished('2026-11-21'));
    expect(lastDay.result).toMatchObject({ added: 1, unchanged: 3, quarantined: 0 });
  });
});

describe('identifiers', () => {
  const HEADER = '企业名称,注册号/统一社会信用代码,列入日期,作出决定机关（列入）';
  const fileOf = (...rows: readonly string[]) =>
    [HEADER, ...rows.map((row) => `${row},2026-01-05,某局`), ''].join('\n');
  const order = { profile: 'abnormal-operation', source: 'abnormal-operation-list' } as const;

  it('that contradict one another within one file are named, with their lines', async () => {
    await bringIn(
      to,
      fileOf(`甲有限公司,${CODE}`, `乙有限公司,${CODE}`, `甲有限公司,${STRANGER}`, '丙有限公司,'),
      order,
    );
    expect(await conflictsOf(to)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          kind: 'one-code-two-names',
          subject: keyOf(CODE),
          values: ['乙有限公司', CODE],
          lines: [2, 3],
        }),
        expect.objectContaining({ kind: 'one-name-two-codes', subject: keyOf(STRANGER), lines: [2, 4] }),
        {
          kind: 'name-only',
          subject: nameKey('丙有限公司'),
          source: order.source,
          values: ['丙有限公司', expect.stringMatching(/^imp-/)],
        },
      ]),
    );
  });

  it('of one 主体标识码 with two prefixes are named, and nothing is guessed', async () => {
    const report = await bringIn(to, fileOf(`甲有限公司,${CODE}`, `甲有限公司,${OTHER_PREFIX}`), order);
    expect(report.result).toMatchObject({ added: 1, quarantined: 1 });
    expect(await conflictsOf(to)).toMatchObject([
      { kind: 'one-body-two-prefixes', values: ['甲有限公司', OTHER_PREFIX] },
    ]);
  });

  it('that a steward has tied lead to their subject', async () => {
    const number = '230100100019556';
    const resolve = async () => new Map([[`registration-no:${number}`, keyOf(CODE)]]);
    const report = await bringIn(to, fileOf(`甲有限公司,${number}`), order, { resolve });
    expect(report.result).toMatchObject({ added: 1, quarantined: 0 });
    expect((await to.store.standings([keyOf(CODE)])).size).toBe(1);
    const untied = await bringIn(to, fileOf(`甲有限公司,${number}`, `乙有限公司,${STRANGER}`), order);
    expect(untied).toMatchObject({ result: { quarantined: 1 }, faults: { 'unresolved-identifier': 1 } });
  });
});

describe('a file', () => {
  it('in another encoding, with values stated beside it, is read as it was ordered', async () => {
    const text = `纳税人名称,纳税人识别号,案件性质\n甲有限公司,${CODE},偷税\n`;
    const bytes = Buffer.from(text, 'utf16le');
    const order = {
      profile: 'tax-major-violation',
      source: 'tax-major-violation-list',
      file: { name: 'list.csv', size: bytes.length },
    } as const;
    const encoding = 'utf-16le' as const;
    const stated = { issuedOn: '2026-03-01', authority: '某税务局' };
    const outcomes = [
      { encoding },
      { encoding, given: { ...stated, reason: '偷税' } },
      { given: stated, encoding },
    ].map((options) => bringIn(to, bytes, { ...order, options }));
    expect((await Promise.all(outcomes)).map(({ refusal, result }) => refusal?.code ?? result?.added)).toEqual([
      'missing-columns',
      'unknown-columns',
      1,
    ]);
    const [listed] = (await to.store.standings([keyOf(CODE)])).get(keyOf(CODE))?.listings ?? [];
    expect(listed).toMatchObject({ authority: '某税务局', document: { issuedOn: '2026-03-01' } });
  });

  it('with a row at fault ends nothing of whom that row is about', async () => {
    const rows = rowsAbout(4, 1);
    await bringIn(to, listOf(rows));
    const [first = '', ...others] = listOf(rows).split('\n').slice(1);
    const bad = [listOf([]).trimEnd(), ...others.slice(0, 2), first.replace('2025-03-01', '2025-13-01'), ''].join('\n');
    const report = await bringIn(to, bad, { mode: 'full', options: { allow: ['shrink'] } });
    // Of the four: two are in the file, one cannot be read there, one is gone.
    expect(report.result).toMatchObject({ unchanged: 2, quarantined: 1, ended: 1, kept: 1 });
    expect((await listings()).map(({ state }) => state).toSorted()).toEqual(['active', 'active', 'active', 'ended']);
  });

  it('given up with a row that comes back says which rows are not written', async () => {
    const rows = rowsAbout(2, 1);
    await bringIn(to, listOf(rows));
    await bringIn(to, listOf(rows.slice(1)), { mode: 'full', options: { allow: ['shrink'] } });
    const id = await propose(to, listOf(rows), { mode: 'full' });
    const store = {
      ...to,
      store: {
        standings: to.store.standings.bind(to.store),
        history: to.store.history.bind(to.store),
        commit: () => Promise.reject(new StandingMoved()),
      },
    };
    const step = { importId: id, run: 'test' };
    for (const each of ['begin', 'lease'] as const) await takeStep(store, { ...step, step: each });
    await takeStep(store, { ...step, step: 'diff', item: '0-15' });
    const { items } = await takeStep(store, { ...step, step: 'decide' });
    for (const item of items) {
      await expect(takeStep(store, { ...step, step: 'work', item })).rejects.toThrow();
      await takeStep(store, { ...step, step: 'give-up', item });
    }
    await takeStep(to, { ...step, step: 'finish' });
    const { result, faults } = await importOf(to, id);
    expect([result, faults]).toMatchObject([{ read: 2, added: 0, unchanged: 1, quarantined: 1 }, { 'not-written': 1 }]);
  });
});
