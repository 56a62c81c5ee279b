import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import type { ImportOrder } from '../../lib/intake/import.ts';
import { bucketOf } from '../../lib/kernel/buckets.ts';
import { advance } from '../../lib/listing/transition.ts';
import { nameKey, organisationKey } from '../../lib/subject/key.ts';
import { bringIn, conflictsOf, NOW, type Setting, settingOn, stateOf } from './setting.ts';

// A ban of the procurement list whose code is empty: the file has the firm's name, and nothing else.
const SOURCE = 'government-procurement-violation-list';
const ORDER = { profile: 'ccgp', source: SOURCE } as const;
const FULL: Partial<ImportOrder> = { ...ORDER, mode: 'full', options: { allow: ['shrink'] } };
const CODE = '91230199744190927K';
const OTHER = '91350100M000100Y43';
const KEY = nameKey('甲有限公司');

const fileOf = (...rows: readonly (readonly [name: string, code: string, result?: string])[]) =>
  [
    '企业名称,统一社会信用代码,处罚日期,执法单位,处罚结果,公布截止日期',
    ...rows.map(
      ([name, code, result = '禁止参加政府采购活动二年']) => `${name},${code},2026-03-01,某财政局,${result},2028-03-01`,
    ),
    '',
  ].join('\n');

let engine: Engine;
let to: Setting;
beforeAll(async () => {
  engine = await startEngine({ dataFolder: ':memory:' });
});
beforeEach(async () => {
  to = await settingOn(engine.endpoint);
});
afterAll(() => engine.stop());

const listings = async (key = KEY) =>
  (await stateOf(to, [key])).flatMap(({ standing }) =>
    standing.listings.map(({ id, state, ended }) => [id.replace(/^imp-\w{32}/, ''), state, ended?.reason]),
  );

describe('a row with a name and no code', () => {
  it('is a listing under the name, approved as any black one, with a history', async () => {
    const report = await bringIn(to, fileOf(['甲有限公司', ''], ['乙有限公司', CODE]), ORDER);
    expect(report).toMatchObject({ state: 'done', approvedBy: { person: 'other' }, plan: { black: { start: 2 } } });
    expect(report.result).toMatchObject({ read: 2, added: 2, quarantined: 0, merged: 0 });
    const [state] = await stateOf(to, [KEY]);
    expect(state?.standing).toMatchObject({
      version: 1,
      subject: { scheme: 'org-name', name: '甲有限公司' },
      listings: [{ source: SOURCE, state: 'active', until: '2028-03-01', measures: ['no-government-procurement'] }],
    });
    expect(state?.history.map(({ event }) => event.type)).toEqual(['listed']);
  });

  it('is the same row however the name is written, is merged where it repeats, and changes nothing when it comes again', async () => {
    const rows = [
      ['億達（長沙）有限公司', ''],
      ['亿达(长沙)有限公司', ''],
      ['张三丰', ''],
      ['甲有限公司', '91230199****'],
    ] as const;
    const first = await bringIn(to, fileOf(...rows), ORDER);
    expect(first.result).toMatchObject({ read: 4, added: 1, merged: 1, quarantined: 2 });
    const before = await stateOf(to, [nameKey('亿达(长沙)有限公司')]);
    // The next file has it in the other script first.
    const second = await bringIn(to, fileOf(...rows.toReversed()), ORDER);
    expect(second.result).toMatchObject({ read: 4, unchanged: 1, merged: 1, quarantined: 2 });
    expect(await stateOf(to, [nameKey('亿达(长沙)有限公司')])).toEqual(before);
  });

  it('ends with the full file that lacks it, and comes back as a listing of its own', async () => {
    const [one, both] = [fileOf(['乙有限公司', CODE]), fileOf(['甲有限公司', ''], ['乙有限公司', CODE])];
    await bringIn(to, both, ORDER);
    expect((await bringIn(to, one, ORDER)).result).toMatchObject({ unchanged: 1, ended: 0 });
    expect((await bringIn(to, one, FULL)).result).toMatchObject({ unchanged: 1, ended: 1 });
    expect(await listings()).toEqual([['', 'ended', 'withdrawn-by-source']]);
    expect((await bringIn(to, both, FULL)).result).toMatchObject({ added: 1, unchanged: 1 });
    expect(await listings()).toEqual([
      ['', 'ended', 'withdrawn-by-source'],
      ['-2', 'active', undefined],
    ]);
  });

  it('gives way to the code once the file has it; one that cannot be read ends nothing of that name', async () => {
    await bringIn(to, fileOf(['甲有限公司', ''], ['丙有限公司', '']), ORDER);
    const unclear = fileOf(['甲有限公司', CODE], ['丙有限公司', '', '一至三年内禁止参加政府采购活动']);
    const report = await bringIn(to, unclear, FULL);
    expect(report.result).toMatchObject({ read: 2, added: 1, quarantined: 1, ended: 1, kept: 1 });
    expect(await listings()).toEqual([['', 'ended', 'withdrawn-by-source']]);
    expect(await listings(nameKey('丙有限公司'))).toEqual([['', 'active', undefined]]);
    expect(await listings(organisationKey(CODE.slice(8, 17)))).toEqual([['', 'active', undefined]]);
  });

  it('is told to a steward with whoever bears the name, once for each listing, however many there are', async () => {
    await bringIn(to, fileOf(['甲有限公司', CODE]), ORDER);
    const text = fileOf(['甲有限公司', ''], ['乙有限公司', '']);
    await bringIn(to, text, ORDER);
    await bringIn(to, text, ORDER);
    const [told, ...others] = (await conflictsOf(to)).toSorted((one, other) => (one.alike ? -1 : other.alike ? 1 : 0));
    expect(told).toEqual({
      kind: 'name-only',
      subject: KEY,
      source: SOURCE,
      values: ['甲有限公司', expect.stringMatching(/^imp-/)],
      alike: [organisationKey(CODE.slice(8, 17))],
    });
    expect(others).toMatchObject([{ kind: 'name-only', subject: nameKey('乙有限公司') }]);

    // Whoever comes to be known by the name later bears it as well; whom the listing was found not to mean does not.
    await bringIn(to, fileOf(['甲有限公司', OTHER]), ORDER);
    const alike = async () =>
      (await conflictsOf(to)).flatMap((each) => (each.kind === 'name-only' && each.subject === KEY ? each.alike : []));
    const [one, other] = [CODE, OTHER].map((code) => organisationKey(code.slice(8, 17)));
    expect((await alike()).toSorted()).toEqual([one, other].toSorted());
    const standing = (await to.store.standings([KEY])).get(KEY);
    const [, listingId = ''] = told?.values ?? [];
    if (!standing || !one) throw new Error('nothing under the name');
    const found = { type: 'identified', listingId, subject: one, same: false } as const;
    const change = advance(standing, [found], { actor: 'steward' }, NOW);
    await to.store.commit([{ key: KEY, change, documents: [], names: [] }]);
    expect(await alike()).toEqual([other]);

    // All in one piece.
    const names = Array.from({ length: 2_500 }, (_, index) => `第${index}工程有限公司`);
    const many = names.filter((name) => bucketOf(nameKey(name)) === 0).slice(0, 101);
    await bringIn(to, fileOf(...many.map((name) => [name, ''] as const)), ORDER);
    expect(await to.imports.conflicts('name-only', undefined, 200)).toHaveLength(101 + 2);
  });
});
