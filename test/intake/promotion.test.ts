import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import type { ImportOrder } from '../../lib/intake/import.ts';
import { promoted } from '../../lib/intake/promoted.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { NONE_ABOLISHED } from '../../lib/listing/term.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { nameKey, organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { keysUpTo, type ListRow, listOf, rowsAbout } from './lists.ts';
import { bringIn, conflictsOf, NOW, type Setting, settingOn, stateOf } from './setting.ts';

// The sample's watch list: three minor faults by documents of twelve months. The files come on 21 November 2026.
const RECENT = { issuedOn: '2026-10-01' };
const keys = keysUpTo(3);
const BY = { actor: 'steward' };
const NOTHING = { added: [], changed: [], unchanged: [], ended: [], refused: [] };

let engine: Engine;
let to: Setting;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
beforeEach(async () => {
  to = await settingOn(engine.endpoint);
});
afterAll(() => engine.stop());

const faults = (count: number, more: Partial<ListRow> = {}) => rowsAbout(1, count, { ...RECENT, ...more });
const watches = async () =>
  (await stateOf(to, keys)).flatMap(({ standing }) =>
    standing.listings.flatMap(({ id, list, state, document, until }) =>
      list === 'watch' ? [{ id: id.replace(/^imp-[0-9a-f]+/, 'imp'), state, number: document.number, until }] : [],
    ),
  );

describe('minor faults of a file', () => {
  it('cost nothing where there are none, or one of a subject; the rules are read once for a piece', async () => {
    let asked = 0;
    const counted = {
      watchLists: () => {
        asked += 1;
        return to.watchLists();
      },
    };
    await bringIn(to, listOf(rowsAbout(3, 5, { list: 'watch', ...RECENT })), {}, counted);
    await bringIn(to, listOf(rowsAbout(3, 1, RECENT)), {}, counted);
    expect(asked).toBe(0);
    const [first] = await stateOf(to, keys);
    // A row is one event, and the first file was five of them.
    expect(first?.history.length).toBe(6);
    await bringIn(
      to,
      listOf(faults(80, { number: '罚' }).map((row, at) => ({ ...row, number: `罚${at}号` }))),
      {},
      counted,
    );
    expect(asked).toBe(1);
  });

  it('bring one watch listing, though a subject has more rows than one transaction takes', async () => {
    await bringIn(to, listOf(faults(80)));
    // In the transaction of the first 33 rows, on the last of them; a year is the list's longest term.
    expect(await watches()).toMatchObject([{ id: 'imp.w', state: 'active', number: '（2025）罚32号' }]);
  });

  it('and every row under another name are more than one transaction takes: it is parted', async () => {
    const named = faults(33).map((row, at) => ({ ...row, name: `公司${at}` }));
    expect((await bringIn(to, listOf(named))).result).toMatchObject({ added: 33, quarantined: 0 });
    expect(await watches()).toMatchObject([{ state: 'active' }]);
  });

  it('that are withdrawn end it, and that come back bring another', async () => {
    const text = listOf(faults(3));
    const none: Partial<ImportOrder> = { mode: 'full', options: { allow: ['shrink'] } };
    await bringIn(to, text);
    await bringIn(to, listOf(faults(1)), none);
    expect(await watches()).toMatchObject([{ state: 'ended' }]);
    await bringIn(to, text);
    expect(await watches()).toMatchObject([
      { id: 'imp.w', state: 'ended' },
      { id: 'imp-2.w', state: 'active' },
    ]);
    expect(await conflictsOf(to)).toEqual([]);
    // The watch listing is no listing of the row that brought it: what the row says next is said of the fault.
    for (const mode of ['delta', 'full'] as const)
      expect((await bringIn(to, text, { mode })).result).toMatchObject({ unchanged: 3, added: 0, changed: 0 });
    const changed = faults(3).map((row, at) => (at === 2 ? { ...row, authority: '他局' } : row));
    expect((await bringIn(to, listOf(changed))).result).toMatchObject({ changed: 1, unchanged: 2, quarantined: 0 });
    const [state] = await stateOf(to, keys);
    const active = state?.standing.listings.filter((each) => each.state === 'active') ?? [];
    expect(active.map(({ list, authority }) => [list, authority])).toEqual([
      ['ordinary', '某局'],
      ['ordinary', '某局'],
      ['ordinary', '他局'],
      ['watch', '某局'],
    ]);
  });

  it('that are over when their source drops them have expired, and count on', async () => {
    await bringIn(to, listOf(faults(3)));
    const after = { clock: () => instant(Date.parse('2027-01-02T04:00:00Z')) };
    const stays = listOf([{ ...RECENT, subject: 2, number: '另' }]);
    const full: Partial<ImportOrder> = { mode: 'full', options: { allow: ['shrink'] } };
    expect((await bringIn(to, stays, full, after)).result).toMatchObject({ added: 1, ended: 3 });
    const [state] = await stateOf(to, keys);
    expect(state?.standing.listings.map(({ list, ended }) => [list, ended?.reason])).toEqual([
      ['ordinary', 'expired'],
      ['ordinary', 'expired'],
      ['ordinary', 'expired'],
      ['watch', undefined],
    ]);
    // Their rows have left the source with them: the next file has nothing to end.
    expect((await bringIn(to, stays, full, after)).result).toMatchObject({ unchanged: 1, ended: 0 });
  });

  it('that were not over for the day of the file that drops them are withdrawn, however late it is carried out', async () => {
    await bringIn(to, listOf(faults(3)));
    const after = { clock: () => instant(Date.parse('2027-01-02T04:00:00Z')) };
    const stays = listOf([{ ...RECENT, subject: 2, number: '另' }]);
    const full: Partial<ImportOrder> = { mode: 'full', asOf: '2026-12-31T04:00:00Z', options: { allow: ['shrink'] } };
    expect((await bringIn(to, stays, full, after)).result).toMatchObject({ added: 1, ended: 3 });
    const [state] = await stateOf(to, keys);
    expect(state?.standing.listings.map(({ list, ended }) => [list, ended?.reason])).toEqual([
      ...Array.from({ length: 3 }, () => ['ordinary', 'withdrawn-by-source']),
      ['watch', 'faults-fallen'],
    ]);
  });

  it('bring none again where it was unfounded, also such as their source drops and brings again; a further fault does', async () => {
    await bringIn(to, listOf(faults(3)));
    const [state] = await stateOf(to, keys);
    const watch = state?.standing.listings.find(({ list }) => list === 'watch');
    if (!state || !watch) throw new Error('no watch listing');
    const upheld = { type: 'ended', listingId: watch.id, reason: 'objection-upheld' } as const;
    const change = advance(state.standing, [upheld], BY, NOW);
    await to.store.commit([{ key: state.key, change, documents: [], names: [] }]);
    await bringIn(to, listOf(faults(2)), { mode: 'full', options: { allow: ['shrink'] } });
    expect((await bringIn(to, listOf(faults(3)))).result).toMatchObject({ added: 1, unchanged: 2 });
    expect(await watches()).toMatchObject([{ state: 'ended' }]);
    await bringIn(to, listOf(faults(4)));
    expect(await watches()).toMatchObject([{ state: 'ended' }, { state: 'active', number: '（2025）罚3号' }]);
  });

  it('bring another where one of those that had brought the last was wrong, and the others were not', async () => {
    await bringIn(to, listOf(faults(3)));
    const [state] = await stateOf(to, keys);
    const [, , third] = state?.standing.listings ?? [];
    if (!state || !third) throw new Error('three faults');
    const wrong = { type: 'ended', listingId: third.id, reason: 'objection-upheld' } as const;
    const change = advance(state.standing, [wrong], BY, NOW);
    await to.store.commit([{ key: state.key, change, documents: [], names: [] }]);
    expect(await watches()).toMatchObject([{ state: 'ended' }]);
    const others = [...faults(4).slice(1, 2), ...faults(4).slice(3)];
    const full: Partial<ImportOrder> = { mode: 'full', options: { allow: ['shrink'] } };
    await bringIn(to, listOf(others), full);
    expect(await watches()).toMatchObject([{ state: 'ended' }]);
    await bringIn(to, listOf([...faults(1), ...others]));
    expect(await watches()).toMatchObject([{ state: 'ended' }, { state: 'active' }]);
  });

  it('bring none again where the source lengthens one that has expired, or says something else of one', async () => {
    await bringIn(to, listOf(faults(3)));
    const [state] = await stateOf(to, keys);
    const watch = state?.standing.listings.find(({ list }) => list === 'watch');
    if (!state || !watch) throw new Error('no watch listing');
    // Found to be unfounded, and one of the faults over.
    const [fault] = state.standing.listings;
    const events = [
      { type: 'ended', listingId: watch.id, reason: 'objection-upheld' },
      { type: 'ended', listingId: fault?.id ?? '', reason: 'expired' },
    ] as const;
    const change = advance(state.standing, events, BY, NOW);
    await to.store.commit([{ key: state.key, change, documents: [], names: [] }]);
    const again = faults(3).map((row, at) =>
      at === 0 ? { ...row, until: '2028-01-01' } : { ...row, authority: '他局' },
    );
    expect((await bringIn(to, listOf(again))).result).toMatchObject({ added: 1, changed: 2 });
    expect(await watches()).toMatchObject([{ state: 'ended' }]);
  });

  it('under a name alone, which is nobody’s, add up to nothing', async () => {
    await bringIn(to, listOf(faults(2)));
    const [state] = await stateOf(to, keys);
    const [one, other] = state?.standing.listings ?? [];
    if (!one || !other) throw new Error('two faults');
    const third = { ...one, id: 'third', document: { ...one.document, number: '罚9号' } };
    const events = [one, other, third].map((listing) => ({ type: 'listed', listing }) as const);
    const lists = await to.watchLists();
    const listedUnder = (key: SubjectKey) => {
      const change = advance(unknownSubject({ scheme: 'org-name' }), events, BY, NOW);
      const outcome = { change: { key, change, documents: [], names: [] }, ...NOTHING };
      return promoted(outcome, lists, BY, { at: NOW, abolitions: NONE_ABOLISHED }).change?.change.after.listings.map(
        ({ list }) => list,
      );
    };
    expect(listedUnder(nameKey('样例无码有限公司'))).toEqual(['ordinary', 'ordinary', 'ordinary']);
    expect(listedUnder(organisationKey('000000000'))).toEqual(['ordinary', 'ordinary', 'ordinary', 'watch']);
  });
});
