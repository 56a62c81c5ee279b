import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { conduct } from '../../infra/local/intake-conductor.ts';
import type { Import, ImportOrder } from '../../lib/intake/import.ts';
import { LeaseLost } from '../../lib/intake/lease.ts';
import { objectNames, type SourceIndex } from '../../lib/intake/ports.ts';
import { approved } from '../../lib/intake/propose.ts';
import { released } from '../../lib/intake/source-state.ts';
import { type IntakePorts, type Step, StepOrder, type StepResult } from '../../lib/intake/step.ts';
import { takeStep } from '../../lib/intake/steps.ts';
import { BUCKETS } from '../../lib/kernel/buckets.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { StandingMoved } from '../../lib/listing/ports.ts';
import { advance, fold } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import { keysUpTo, type ListRow, listOf, rowsAbout } from './lists.ts';
import {
  APPROVER,
  bringIn,
  drive,
  importOf,
  indexAsOfNow,
  NOW,
  propose,
  quarantineOf,
  rowsOf,
  type Setting,
  SOURCE,
  settingOn,
  stateOf,
} from './setting.ts';

const SUBJECTS = 10;
const keys = keysUpTo(SUBJECTS);
/** Ten subjects of five names, of which the first has more rows than one transaction takes. */
const ROWS: ListRow[] = Array.from({ length: 80 }, (_, at) => {
  const subject = at < 40 ? 0 : at % SUBJECTS;
  return { subject, number: `（2025）罚${at}号`, name: `公司${subject % 5}` };
});
const changedRows = ROWS.map((row, at) => (at % 10 === 0 ? { ...row, authority: '他局' } : row));

let engine: Engine;
let to: Setting;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
afterAll(() => engine.stop());

const fresh = async () => {
  to = await settingOn(engine.endpoint);
  return to;
};
const state = () => stateOf(to, keys);
const numbers = ({ result }: Import) => {
  const { read, added, changed, unchanged, merged, quarantined, ended } = result ?? {};
  return { read, added, changed, unchanged, merged, quarantined, ended };
};
const NONE = { read: 0, added: 0, changed: 0, unchanged: 0, merged: 0, quarantined: 0, ended: 0 };
const listings = async () => (await state()).flatMap(({ standing }) => standing.listings);

describe('an import', () => {
  it('brings every row in, and a second time changes nothing', async () => {
    await fresh();
    const first = await bringIn(to, listOf(ROWS));
    expect([first.state, numbers(first)]).toEqual(['done', { ...NONE, read: 80, added: 80 }]);
    const before = await state();
    expect(before).toHaveLength(SUBJECTS);
    for (const { standing, history } of before) expect(fold(history)).toEqual(standing);
    expect(await rowsOf(to)).toHaveLength(80);

    const second = await bringIn(to, listOf(ROWS), { mode: 'full' });
    expect(numbers(second)).toEqual({ ...NONE, read: 80, unchanged: 80 });
    expect(await state()).toEqual(before);
    expect([...to.objects.held.keys()].filter((name) => name.startsWith(`work/${second.id}/plan`))).toEqual([]);
  });

  it('accounts for every row: merged, quarantined by reading, by comparing and by the standing, in the order of the file', async () => {
    await fresh();
    const [first, second] = ROWS;
    if (!first || !second) throw new Error('rows');
    const text = listOf([first, first, second, { ...second, authority: '他局' }]);
    const report = await bringIn(to, `${text}org-code,bad,丙公司\n${listOf([ROWS[2] ?? first]).split('\n')[1]}\n`);
    expect(numbers(report)).toEqual({ ...NONE, read: 6, added: 3, merged: 1, quarantined: 2 });
    expect(quarantineOf(to, report).map((line) => line.split(',').slice(0, 3).join())).toEqual([
      '5,,conflicting-duplicate',
      '6,,malformed-row',
    ]);
    expect(report.faults).toEqual({ 'conflicting-duplicate': 1, 'malformed-row': 1 });
  });

  it('changes only the rows that changed, and signs with both persons where it does', async () => {
    await fresh();
    await bringIn(to, listOf(ROWS));
    const report = await bringIn(to, listOf(changedRows));
    expect(numbers(report)).toEqual({ ...NONE, read: 80, changed: 8, unchanged: 72 });
    expect((await listings()).filter(({ authority }) => authority === '他局')).toHaveLength(8);
  });

  it('that is only rehearsed foresees the numbers and writes nothing into the lists', async () => {
    await fresh();
    const rehearsed = await bringIn(to, listOf(ROWS), { options: { dryRun: true } });
    expect([rehearsed.state, await state(), to.fresh.size]).toEqual(['done', [], 0]);
    expect(rehearsed.plan?.counts).toEqual((await bringIn(to, listOf(ROWS))).result);
  });

  it('says as of when its source is complete, never fresher than the file', async () => {
    await fresh();
    await bringIn(to, listOf(ROWS), { asOf: '2026-11-20T00:00:00+08:00' });
    expect(to.fresh.get(SOURCE)).toBe('2026-11-19T16:00:00.000Z');
  });

  it('gives way to whoever wrote a standing first, and reads it again', async () => {
    await fresh();
    let disturbed = false;
    const store: IntakePorts['store'] = {
      standings: (wanted) => to.store.standings(wanted),
      history: (key) => to.store.history(key),
      commit: async (changes) => {
        const [first] = changes;
        const [record] = first?.change.records ?? [];
        if (!disturbed && first && record) {
          disturbed = true;
          // The same first subject, by somebody else, between this import's read and its write.
          const change = advance(first.change.before, [record.event], { actor: 'x' }, NOW);
          await to.store.commit([{ ...first, change, documents: first.documents.slice(0, 1) }]);
        }
        return await to.store.commit(changes);
      },
    };
    const { result } = await bringIn(to, listOf(ROWS), {}, { store });
    expect((result?.added ?? 0) + (result?.unchanged ?? 0)).toBe(80);
    for (const { standing, history } of await state()) expect(fold(history)).toEqual(standing);
    expect(await listings()).toHaveLength(80);
  });

  it('counts what it has written itself, though the answer to every write was lost', async () => {
    await fresh();
    await bringIn(to, listOf(ROWS));
    const lossy: IntakePorts['store'] = {
      standings: (wanted) => to.store.standings(wanted),
      history: (key) => to.store.history(key),
      commit: async (changes) => {
        await to.store.commit(changes);
        if (changes.some(({ change }) => change.records.length > 0)) throw new StandingMoved();
      },
    };
    const more = { subject: 3, number: '新' };
    const report = await bringIn(to, listOf([...changedRows.slice(1), more]), { mode: 'full' }, { store: lossy });
    expect(numbers(report)).toEqual({ ...NONE, read: 80, added: 1, changed: 7, unchanged: 72, ended: 1 });
  });

  describe('of which a piece fails again and again', () => {
    const POISONED = keys[3] ?? missing();
    const SCARCE = new Error('Item size has exceeded the maximum allowed size');
    /** Rows of forty subjects: more than one transaction takes. */
    const many = Array.from({ length: 80 }, (_, at) => ({
      subject: at % 40,
      number: `罚${at}号`,
      name: `公司${at % 40}`,
    }));
    const withFault = (fails: (key: SubjectKey) => boolean, error: Error, reading = false): IntakePorts => ({
      ...to,
      store: {
        standings: (wanted) => (reading && wanted.some(fails) ? Promise.reject(error) : to.store.standings(wanted)),
        history: (key) => to.store.history(key),
        commit: (changes) => (changes.some(({ key }) => fails(key)) ? Promise.reject(error) : to.store.commit(changes)),
      },
    });
    type Ask = (step: Step, item?: string) => Promise<StepResult>;
    /** As the distributed map does: its pieces at once, each tried four times and then given up. */
    async function onAws(ask: Ask): Promise<void> {
      await ask('begin');
      const { items } = await ask('lease');
      for (const item of items) await ask('diff', item);
      const decided = await ask('decide');
      const tries = ['work', 'work', 'work', 'work', 'give-up'] as const;
      const piece = (item: string, [step, ...left]: readonly Step[]): Promise<unknown> =>
        ask(step ?? 'fail', item).catch(() => piece(item, left));
      await Promise.all(decided.items.map((item) => piece(item, tries)));
      await ask('finish');
    }
    /** How the flow of the import ends, and how many pieces were given up. */
    async function carriedOut(
      broken: IntakePorts,
      text: string,
      where: 'here' | 'on AWS',
      order: Partial<ImportOrder> = {},
    ) {
      const id = await propose(to, text, order);
      let givenUp = 0;
      const worker = (order: StepOrder) => {
        if (order.step === 'give-up') givenUp += 1;
        return takeStep(broken, order);
      };
      if (where === 'here') await conduct((event) => worker(StepOrder.parse(event)), id, 'begin', 'test');
      else await onAws((step, item = '') => worker({ importId: id, step, run: 'test', item }));
      return { report: await importOf(to, id), givenUp };
    }

    it.each([
      ['moves on all the time', 'here', new StandingMoved(), false],
      ['cannot be written', 'here', SCARCE, false],
      ['cannot be written', 'on AWS', SCARCE, false],
      ['cannot be read', 'on AWS', SCARCE, true],
    ] as const)(
      'writes all but the subject that %s %s, whose rows go into quarantine',
      async (...[, where, error, reading]) => {
        await fresh();
        const broken = withFault((key) => key === POISONED, error, reading);
        const { report, givenUp } = await carriedOut(broken, listOf(many), where);
        expect([givenUp, numbers(report)]).toEqual([1, { ...NONE, read: 80, added: 78, quarantined: 2 }]);
        expect(report.faults).toEqual({ 'not-written': 2 });
        expect(quarantineOf(to, report).map((line) => line.split(',').slice(0, 3).join())).toEqual([
          '5,,not-written',
          '45,,not-written',
        ]);
        const written = await to.store.standings(keysUpTo(40));
        expect([written.size, written.has(POISONED)]).toEqual([39, false]);
        // Of whom nothing could be written, nothing is known: a source without them is as old as it was.
        expect([report.state, report.refusal?.code, to.fresh.size]).toEqual(['failed', 'not-all-written', 0]);
        const left = await to.imports.source(SOURCE);
        expect([left?.asOf, left?.imports.length, left?.lease]).toEqual([undefined, 1, undefined]);

        const again = await bringIn(to, listOf(many));
        expect(numbers(again)).toEqual({ ...NONE, read: 80, added: 2, unchanged: 78 });
        expect([again.state, to.fresh.size]).toEqual(['done', 1]);
      },
    );

    it('tries no more one by one where it is the store that takes nothing', async () => {
      await fresh();
      const subjects = 480;
      let tries = 0;
      const broken = withFault(() => {
        tries += 1;
        return true;
      }, SCARCE);
      const { report, givenUp } = await carriedOut(broken, listOf(rowsAbout(subjects, 1)), 'on AWS');
      expect(numbers(report)).toEqual({ ...NONE, read: subjects, quarantined: subjects });
      expect(givenUp).toBe(BUCKETS);
      // One by one it is each of them, and the halves that they were parted from.
      expect(tries).toBeLessThan(subjects);
      expect([report.state, to.fresh.size]).toEqual(['failed', 0]);
    });

    it('is no fresher either where it is what a full file lacks that could not be ended', async () => {
      await fresh();
      await bringIn(to, listOf(many), { asOf: '2026-11-20T00:00:00Z' });
      const broken = withFault((key) => key === POISONED, SCARCE);
      const without = many.filter(({ subject }) => keysUpTo(40)[subject] !== POISONED);
      const { report } = await carriedOut(broken, listOf(without), 'on AWS', { mode: 'full' });
      expect([report.state, report.result?.kept]).toEqual(['failed', 2]);
      expect(to.fresh.get(SOURCE)).toBe('2026-11-20T00:00:00.000Z');
      expect((await bringIn(to, listOf(without), { mode: 'full' })).result).toMatchObject({ ended: 2, kept: 0 });
    });
  });

  it('does not trust an index that lags behind', async () => {
    await fresh();
    await bringIn(to, listOf(ROWS));
    const before = await state();
    const lagging: SourceIndex = {
      rowsOfSource: async function* () {},
      rowsCalled: async () => [],
      digestsOf: (ids) => to.index.digestsOf(ids),
    };
    const report = await bringIn(to, listOf(ROWS), {}, { index: lagging });
    expect(numbers(report)).toMatchObject({ added: 0, changed: 0, unchanged: 80 });
    expect(await state()).toEqual(before);
  });

  it.each(['changed', 'withdrawn'] as const)(
    'brings back what its last file has %s, though the index still has it as it was',
    async (fate) => {
      await fresh();
      await bringIn(to, listOf(ROWS));
      const lagging = await indexAsOfNow(to, SOURCE);
      const second = fate === 'changed' ? changedRows : ROWS.filter((_, at) => at % 10 !== 0);
      expect((await bringIn(to, listOf(second), { mode: 'full' })).state).toBe('done');
      for (const mode of ['full', 'delta'] as const) {
        const third = await bringIn(to, listOf(ROWS), { mode }, { index: lagging });
        const [changed, added] = fate === 'changed' ? [8, 0] : [0, 8];
        expect(numbers(third)).toMatchObject(mode === 'full' ? { changed, added } : { changed: 0, added: 0 });
      }
      const now = (await listings()).filter(({ state: each }) => each === 'active');
      expect([now.length, now.every(({ authority }) => authority === '某局')]).toEqual([80, true]);
      // Long after, nothing is looked at twice.
      let asked = 0;
      const counting: SourceIndex = {
        rowsOfSource: (...of) => to.index.rowsOfSource(...of),
        rowsCalled: (...of) => to.index.rowsCalled(...of),
        digestsOf: (ids) => {
          asked += ids.length;
          return to.index.digestsOf(ids);
        },
      };
      const later = { index: counting, clock: () => instant(NOW + 11 * 60_000) };
      expect(numbers(await bringIn(to, listOf(ROWS), { mode: 'full' }, later))).toMatchObject({ unchanged: 80 });
      expect(asked).toBe(0);
    },
  );
});

describe('a full file', () => {
  const rows = rowsAbout(SUBJECTS, 3);

  it('ends what it no longer contains; a delta does not; what comes back is a listing of its own', async () => {
    await fresh();
    await bringIn(to, listOf(rows));
    const some = rows.slice(3);
    const delta = await bringIn(to, listOf(some));
    expect([numbers(delta), delta.result?.kept]).toEqual([{ ...NONE, read: 27, unchanged: 27 }, 0]);
    const full = await bringIn(to, listOf(some), { mode: 'full' });
    expect(numbers(full)).toEqual({ ...NONE, read: 27, unchanged: 27, ended: 3 });
    const gone = (await listings()).filter(({ state: each }) => each === 'ended');
    expect(gone.map(({ ended }) => ended?.reason)).toEqual(Array(3).fill('withdrawn-by-source'));
    expect(await rowsOf(to)).toHaveLength(27);

    const again = await bringIn(to, listOf(some), { mode: 'full' });
    expect(numbers(again)).toEqual({ ...NONE, read: 27, unchanged: 27 });
    const back = await bringIn(to, listOf(rows), { mode: 'full' });
    expect(numbers(back)).toEqual({ ...NONE, read: 30, added: 3, unchanged: 27 });
    expect((await listings()).filter(({ state: each }) => each === 'active')).toHaveLength(30);
    for (const { standing, history } of await state()) expect(fold(history)).toEqual(standing);
  });

  it.each([
    ['an empty one', '', 'empty-file', 'empty'],
    ['one without rows', listOf([]), 'no-rows', 'empty'],
    ['one that would end more than a fifth', listOf(rows.slice(0, 23)), 'source-would-shrink', 'shrink'],
  ] as const)('is refused where it is %s, unless that is meant', async (_, text, code, allow) => {
    await fresh();
    await bringIn(to, listOf(rows));
    const before = await state();
    const refused = await bringIn(to, text, { mode: 'full' });
    expect([refused.state, refused.refusal?.code, await state()]).toEqual(['refused', code, before]);
    expect((await to.imports.source(SOURCE))?.lease).toBeUndefined();
    const meant = await bringIn(to, text, { mode: 'full', options: { allow: [allow, 'shrink'] } });
    expect(meant.state).toBe('done');
    expect((await listings()).filter(({ state: each }) => each === 'ended').length).toBe(
      30 - (meant.result?.read ?? 0),
    );
  });

  it('is judged by what is in force of its source: what is over counts neither way', async () => {
    const over = (row: ListRow): ListRow => ({ ...row, until: '2025-12-31' });
    await fresh();
    // Twenty are over and still delivered: without the other ten nothing that is in force would be left.
    const mostOver = rows.map((row, at) => (at < 20 ? over(row) : row));
    await bringIn(to, listOf(mostOver));
    const clears = await bringIn(to, listOf([...mostOver.slice(0, 20), ...mostOver.slice(27)]), { mode: 'full' });
    expect([clears.state, clears.refusal?.code]).toEqual(['refused', 'source-would-shrink']);
    expect(clears.refusal?.detail.en).toContain('7 of the 10 listings');

    await fresh();
    const someOver = rows.map((row, at) => (at < 9 ? over(row) : row));
    await bringIn(to, listOf(someOver));
    const tidied = await bringIn(to, listOf(someOver.slice(9)), { mode: 'full' });
    expect([tidied.state, numbers(tidied).ended]).toEqual(['done', 9]);
  });

  it('is refused as well where it ends them by days that have passed, and what ended here is no part of what is in force', async () => {
    await fresh();
    await bringIn(to, listOf(rows));
    const past = rows.map((row) => ({ ...row, until: '2025-12-31' }));
    const shortened = await bringIn(to, listOf(past), { mode: 'full' });
    expect(shortened.refusal?.detail.en).toContain('30 of the 30 listings');
    for (const { key, standing } of (await state()).slice(0, 8)) {
      const ended = standing.listings.map(
        ({ id: listingId }) => ({ type: 'ended', listingId, reason: 'repaired' }) as const,
      );
      const change = advance(standing, ended, { actor: 'steward' }, NOW);
      await to.store.commit([{ key, change, documents: [], names: [] }]);
    }
    const dropped = await bringIn(to, listOf(rows.slice(0, 24)), { mode: 'full' });
    expect(dropped.refusal?.detail.en).toContain('6 of the 6 listings');
  });

  it('that would end a fifth and no more is carried out', async () => {
    await fresh();
    await bringIn(to, listOf(rows));
    expect(numbers(await bringIn(to, listOf(rows.slice(0, 24)), { mode: 'full' })).ended).toBe(6);
  });

  it('older than what was taken in is refused, unless that is meant', async () => {
    await fresh();
    await bringIn(to, listOf(rows), { asOf: '2026-11-20T00:00:00Z' });
    const older = { mode: 'full', asOf: '2026-11-19T00:00:00Z' } as const;
    expect((await bringIn(to, listOf(rows), older)).refusal?.code).toBe('older-than-taken-in');
    const meant = await bringIn(to, listOf(rows), { ...older, options: { allow: ['older'] } });
    expect(meant.state).toBe('done');
    expect((await to.imports.source(SOURCE))?.asOf).toBe('2026-11-20T00:00:00.000Z');
  });

  it('whose size is not the announced one is refused', async () => {
    await fresh();
    const refused = await bringIn(to, listOf(rows), { file: { name: 'list.csv', size: 12 } });
    expect([refused.state, refused.refusal?.code, await state()]).toEqual(['refused', 'wrong-size', []]);
  });
});

describe('black listings', () => {
  const black = rowsAbout(6, 1, { list: 'black' });

  it('wait for another person, who signs', async () => {
    await fresh();
    const id = await propose(to, listOf(black));
    await drive(to, id);
    const planned = await importOf(to, id);
    expect([planned.state, planned.plan?.black, await state()]).toEqual([
      'awaiting-approval',
      { start: 6, change: 0, end: 0 },
      [],
    ]);
    expect(() => approved(planned, planned.proposedBy)).toThrow('cannot approve');
    expect(() => approved(planned, { actor: 'another-client', person: 'one' })).toThrow('cannot approve');
    await to.imports.change(id, (before) => approved(before, APPROVER));
    await drive(to, id, 'lease');
    const [first] = await state();
    expect(first?.history[0]?.by).toEqual({
      actor: 'proposer',
      person: 'one',
      approvedBy: 'other',
      ground: `import ${id}`,
    });
    expect(() => approved({ ...planned, state: 'done' }, APPROVER)).toThrow('done');
  });

  it('approved the moment they may be have their source for themselves', async () => {
    await fresh();
    const id = await propose(to, listOf(black));
    const { imports } = to;
    const quick: IntakePorts['imports'] = {
      read: (wanted) => imports.read(wanted),
      pieces: (...wanted) => imports.pieces(...wanted),
      source: (source) => imports.source(source),
      savePiece: (...given) => imports.savePiece(...given),
      changeSource: (...given) => imports.changeSource(...given),
      recordConflicts: (...given) => imports.recordConflicts(...given),
      change: async (...given) => {
        const after = await imports.change(...given);
        if (after.state !== 'awaiting-approval') return after;
        await imports.change(id, (before) => approved(before, APPROVER));
        // Another run goes on with it before this one has come to its end.
        await takeStep(to, { importId: id, step: 'lease', run: 'other' });
        return after;
      },
    };
    await drive({ ...to, imports: quick }, id);
    expect((await imports.source(SOURCE))?.lease?.import).toBe(id);
    await drive(to, id, 'lease');
    expect(await importOf(to, id)).toMatchObject({ state: 'done', result: { added: 6 } });
  });

  it('planned without the source are compared anew', async () => {
    await fresh();
    const id = await propose(to, listOf(black));
    const step = (wanted: 'begin' | 'lease' | 'decide') => takeStep(to, { importId: id, step: wanted, run: 'test' });
    await step('begin');
    const { items } = await step('lease');
    for (const item of items) await takeStep(to, { importId: id, step: 'diff', run: 'test', item });
    // Broken off between letting go and saying so; another file comes first.
    await to.imports.changeSource(SOURCE, (before) => released(before, id));
    await bringIn(to, listOf(black.slice(0, 1)));
    expect(await step('decide')).toMatchObject({ next: 'lease' });
    await drive(to, id, 'lease');
    expect(await importOf(to, id)).toMatchObject({ plan: { counts: { added: 5, unchanged: 1 } } });
  });

  it('that end need one too, and so does a change of one; those that are over do not', async () => {
    await fresh();
    const over = { subject: 7, number: '旧案', list: 'black', until: '2026-01-01' } as const;
    await bringIn(to, listOf([...black, over]));
    const planned = async (rows: readonly ListRow[]) =>
      (await bringIn(to, listOf(rows), { mode: 'full', options: { dryRun: true } })).plan;
    expect(await planned([...black.slice(1), over])).toMatchObject({ black: { end: 1 }, needsApproval: true });
    expect(await planned(black)).toMatchObject({ counts: { ended: 1 }, black: { end: 0 }, needsApproval: false });
    const milder = black.map((row, at) => (at === 0 ? { ...row, until: '2026-12-01' } : row));
    expect(await planned([...milder, over])).toMatchObject({ black: { change: 1 }, needsApproval: true });
  });

  it('are not lowered unseen by a file that an index which lags behind shows as new', async () => {
    await fresh();
    const empty: SourceIndex = {
      rowsOfSource: async function* () {},
      rowsCalled: async () => [],
      digestsOf: (ids) => to.index.digestsOf(ids),
    };
    await bringIn(to, listOf(black));
    const over = black.map((row) => ({ ...row, until: '2026-11-01' }));
    const id = await propose(to, listOf(over), { options: { allow: ['shrink'] } });
    await drive({ ...to, index: empty }, id);
    expect(await importOf(to, id)).toMatchObject({
      state: 'awaiting-approval',
      plan: { black: { start: 0, change: black.length }, counts: { added: 0, changed: black.length } },
    });
  });

  it('approved too late are refused: another file of the source came first', async () => {
    await fresh();
    const id = await propose(to, listOf(black));
    await drive(to, id);
    await bringIn(to, listOf(rowsAbout(2, 1)));
    await to.imports.change(id, (before) => approved(before, APPROVER));
    await drive(to, id, 'lease');
    expect(await importOf(to, id)).toMatchObject({ state: 'refused', refusal: { code: 'source-moved' } });
    expect((await listings()).filter(({ list }) => list === 'black')).toEqual([]);
  });

  it('are not ended unseen by a file with rows that nobody can read', async () => {
    await fresh();
    await bringIn(to, listOf(rowsAbout(SUBJECTS, 1)));
    const text = `${listOf(rowsAbout(SUBJECTS - 1, 1))}org-code,****,公司9\n`;
    const id = await propose(to, text, { mode: 'full' });
    await drive(to, id);
    expect(await importOf(to, id)).toMatchObject({ state: 'awaiting-approval', plan: { counts: { ended: 1 } } });
  });

  it('nor is any other by a file that has lost its code and kept its name', async () => {
    await fresh();
    const all = rowsAbout(SUBJECTS, 1, { name: '甲有限公司' });
    await bringIn(to, listOf(all));
    const [header, ...rows] = listOf(all).split('\n');
    const lost = rows.map((row, at) => (at === 9 ? row.replace(/^org-code,[^,]+,/, 'org-name,甲有限公司,') : row));
    const id = await propose(to, [header, ...lost].join('\n'), { mode: 'full' });
    await drive(to, id);
    expect(await importOf(to, id)).toMatchObject({
      state: 'awaiting-approval',
      plan: { counts: { added: 1, ended: 1 }, black: { end: 0 } },
    });
  });
});

describe('a source', () => {
  it('is written by one import at a time: the other waits, and goes on when the first has ended or is dead', async () => {
    await fresh();
    const [first, second] = [await propose(to, listOf(ROWS)), await propose(to, listOf(ROWS))];
    const lease = (importId: string, now = NOW) =>
      takeStep({ ...to, clock: () => now }, { importId, step: 'lease', run: 'test' });
    for (const id of [first, second]) await takeStep(to, { importId: id, step: 'begin', run: 'test' });
    expect((await lease(first)).next).toBe('decide');
    expect(await lease(second)).toMatchObject({ next: 'lease', waitSeconds: 5, waitingSince: NOW / 1_000 });
    const later = instant(NOW + 31 * 60_000);
    expect((await lease(second, later)).next).toBe('decide');
    expect((await lease(first, later)).next).toBe('lease');
    await takeStep(to, { importId: second, step: 'fail', run: 'test' });
    expect(await importOf(to, second)).toMatchObject({ state: 'failed' });
    await drive(to, first, 'lease');
    expect(await importOf(to, first)).toMatchObject({ state: 'done' });
  });

  it('stays its own while the plan of a large file is written down', async () => {
    await fresh();
    let now = NOW;
    const held: boolean[] = [];
    const slowly: IntakePorts = {
      ...to,
      clock: () => now,
      store: {
        standings: (wanted) => {
          now = instant(now + 10 * 60_000);
          return to.store.standings(wanted);
        },
        history: (key) => to.store.history(key),
        commit: (changes) => to.store.commit(changes),
      },
      objects: {
        size: (name) => to.objects.size(name),
        read: (name) => to.objects.read(name),
        write: async (name, bytes) => {
          const { lease } = (await to.imports.source(SOURCE)) ?? {};
          if (name.startsWith('plans/')) held.push(Date.parse(lease?.until ?? '') > now);
          await to.objects.write(name, bytes);
        },
      },
    };
    const id = await propose(to, listOf(ROWS), { options: { dryRun: true } });
    await drive(slowly, id);
    expect([held, (await importOf(to, id)).planFile, now - NOW > 30 * 60_000]).toEqual([[true], true, true]);
  });

  it('is written by nobody whose lease another import has had since', async () => {
    await fresh();
    const [first, second] = [await propose(to, listOf(ROWS)), await propose(to, listOf(changedRows))];
    const step = (importId: string, each: Step, item?: string) =>
      takeStep(to, { importId, step: each, run: 'test', ...(item !== undefined && { item }) });
    await step(first, 'begin');
    for (const item of (await step(first, 'lease')).items) await step(first, 'diff', item);
    const { items } = await step(first, 'decide');
    await to.imports.changeSource(SOURCE, (before) => released(before, first));
    await drive(to, second);
    const before = await state();
    for (const item of items) await expect(step(first, 'work', item)).rejects.toThrow(LeaseLost);
    expect(await state()).toEqual(before);
  });

  it('is waited for as long as another import is at work in it, and for a day at most, in words', async () => {
    await fresh();
    const [first, second] = [await propose(to, listOf(ROWS)), await propose(to, listOf(ROWS))];
    for (const id of [first, second]) await takeStep(to, { importId: id, step: 'begin', run: 'test' });
    const lease = (importId: string, hours: number, waitingSince = 0) =>
      takeStep(
        { ...to, clock: () => instant(NOW + hours * 3_600_000) },
        { importId, step: 'lease', run: 'test', waitingSince },
      );
    await lease(first, 0);
    let { waitingSince } = await lease(second, 0);
    for (let hours = 0.25; hours < 24; hours += 0.25) {
      await lease(first, hours);
      const waits = await lease(second, hours, waitingSince);
      expect(waits).toMatchObject({ next: 'lease', waitSeconds: 60 });
      waitingSince = waits.waitingSince;
    }
    await lease(first, 24);
    expect((await lease(second, 24, waitingSince)).next).toBe('end');
    expect((await importOf(to, second)).refusal?.code).toBe('source-busy');
  });

  it('is begun once: a repeated event, or a second run, finds the import taken', async () => {
    await fresh();
    const id = await propose(to, listOf(ROWS));
    await takeStep(to, { importId: id, step: 'begin', run: 'one' });
    expect((await takeStep(to, { importId: id, step: 'begin', run: 'two' })).next).toBe('end');
    expect((await takeStep(to, { importId: id, step: 'begin', run: 'one' })).next).toBe('lease');
  });

  it('has no number of a person in what lies between the steps', async () => {
    await fresh();
    const person = '11010519491231002X';
    const [header = ''] = listOf([]).split('\n');
    const row = `resident-id,${person},,ordinary,general-penalty,minor,罚1号,penalty-decision,2025-03-01,某局,strict-review,2027-01-01`;
    const { id, state: ended } = await bringIn(to, `${header}\n${row}\n`);
    expect(ended).toBe('done');
    for (const [name, bytes] of to.objects.held) {
      if (name === objectNames.upload(id)) continue;
      const { gunzipSync } = await import('node:zlib');
      expect(gunzipSync(bytes).toString()).not.toContain(person.slice(0, 17));
    }
  });
});

function missing(): never {
  throw new Error('missing');
}
