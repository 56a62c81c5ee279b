import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { type ApiClient, organisation, question, startSampleStack } from '../api-client.ts';
import { zipOf } from '../domain/written-files.ts';
import { listOf, rowsAbout } from '../intake/lists.ts';
import { importingInto, order, upload } from './importing.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

vi.setConfig({ testTimeout: 240_000 });

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000);

let api: ApiClient;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantgate-imports-'));
  api = await startSampleStack({ dataFolder: folder });
});
afterAll(async () => {
  await api?.stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const { propose, show, ended } = importingInto(() => api);

test('a file of black listings is proposed, uploaded once, approved by another, and counts at the next check', async () => {
  const text = `${listOf(rowsAbout(2, 2, { list: 'black' })).replaceAll(',,2027', ',no-government-procurement,2027')}org-code,****,丙公司\n`;
  const proposed = await propose(text, { source: 'court-defaulters-list' });
  expect((await upload(proposed, text)).status).toBe(200);
  expect((await upload(proposed, text)).status).toBe(412);
  const planned = await ended(proposed.id);
  expect(planned).toMatchObject({
    state: 'awaiting-approval',
    proposedBy: 'administrator-xu',
    plan: { black: { start: 4 }, counts: { read: 5, added: 4, quarantined: 1 }, needsApproval: true },
  });
  const quarantine = await fetch(planned.quarantine ?? '');
  expect(await quarantine.text()).toMatch(/^\ufeff?line,column,code,advice_zh,advice_en\r\n6,/);

  const approve = (as: string) => api.call('POST', `/v1/imports/${proposed.id}/approval`, { as });
  problemIn(await approve('admin'), 403, 'forbidden');
  expect((await approve('approver')).status).toBe(200);
  expect(await ended(proposed.id, ['done'])).toMatchObject({
    approvedBy: 'director-zhou',
    result: { read: 5, added: 4, changed: 0, unchanged: 0, merged: 0, quarantined: 1, ended: 0 },
  });
  expect(problemIn(await approve('approver'), 409, 'conflict').detail).toContain('done');
  const check = await api.check(question([{ scheme: 'org-code', id: '000000000', name: '公司0' }]));
  expect(check.json).toMatchObject({ outcome: 'veto' });

  const sources = z
    .object({ items: z.array(z.looseObject({ id: z.string() })) })
    .parse((await api.get('/v1/sources', 'steward-court')).json);
  expect(sources.items.find(({ id }) => id === 'court-defaulters-list')).toMatchObject({
    freshness: { state: 'fresh' },
    rowsRead: 5,
    quarantined: 0.2,
    formatFaults: 0.2,
    duplicateAndWrongCode: { rate: 0, bar: 0.001, met: true },
    imports: [{ id: proposed.id, mode: 'delta', counts: { added: 4 } }],
  });
});

test('a ban whose code is empty holds up whoever bears the name, convicts nobody, and ends with its file', async () => {
  const fileOf = (...rows: string[]) =>
    ['企业名称,统一社会信用代码,处罚日期,执法单位,处罚结果', ...rows, ''].join('\n');
  const ban = (name: string, code: string) => `${name},${code},2026-03-01,某财政局,禁止参加政府采购活动二年`;
  const source = { profile: 'ccgp', source: 'government-procurement-violation-list' };
  const bring = async (text: string, changes: Record<string, unknown> = {}) => {
    const proposed = await propose(text, { ...source, ...changes });
    await upload(proposed, text);
    expect(await ended(proposed.id)).toMatchObject({ state: 'awaiting-approval' });
    await api.call('POST', `/v1/imports/${proposed.id}/approval`, { as: 'approver' });
    return await ended(proposed.id, ['done']);
  };
  const ask = async (subject: Record<string, unknown>) =>
    answerIn(await api.check(question([{ scheme: 'uscc', id: organisation(801), ...subject }])));
  const first = await bring(fileOf(ban('億達（長沙）有限公司', ''), ban('乙有限公司', organisation(802))));
  expect(first).toMatchObject({ result: { read: 2, added: 2, quarantined: 0 } });

  const held = await ask({ name: '亿达(长沙)有限公司' });
  expect(held).toMatchObject({ outcome: 'indeterminate', obligation: 'determine' });
  const [verdict] = held.verdicts;
  expect([verdict?.reasons, verdict?.notices.map(({ code }) => code)]).toEqual([[], ['name-candidate']]);
  expect(await ask({ name: '亿达有限公司' })).toMatchObject({ outcome: 'pass' });
  expect(await ask({ scheme: 'org-name', id: '亿达(长沙)有限公司' })).toMatchObject({
    verdicts: [{ notices: [{ code: 'identifier-required' }, { code: 'name-candidate' }] }],
  });
  const Named = z.object({ items: z.array(z.object({ values: z.array(z.string()) })) });
  const { items } = Named.parse((await api.get('/v1/conflicts?kind=name-only', 'steward-court')).json);
  expect(items.map(({ values }) => values)).toEqual([['亿达(长沙)有限公司', verdict?.notices[0]?.listingId]]);
  const shown = await api.get(`/v1/listings/${verdict?.notices[0]?.listingId}`, 'steward-court');
  expect(shown.json).toMatchObject({
    phase: 'active',
    list: 'black',
    subject: { scheme: 'org-name', name: '億達（長沙）有限公司' },
  });

  const second = await bring(fileOf(ban('乙有限公司', organisation(802))), {
    mode: 'full',
    options: { allow: ['shrink'] },
  });
  expect(second).toMatchObject({ result: { read: 1, unchanged: 1, ended: 1 } });
  expect(await ask({ name: '亿达(长沙)有限公司' })).toMatchObject({ outcome: 'pass' });
});

test('an approver reads what is to be signed, listing by listing, and may decline it', async () => {
  const source = { profile: 'shixin-zxgk', source: 'court-defaulters-list' };
  const header = '被执行人姓名/名称,身份证号码/组织机构代码,执行法院,案号,失信被执行人行为具体情形,发布时间';
  const text = `${header}\n庚辛有限公司,${organisation(821)},样例法院,（2026）样09执1号,违反财产报告制度,2026-03-01\n壬癸有限公司,${organisation(822).slice(8, 17)},样例法院,（2026）样09执2号,违反财产报告制度,2026-03-01\n`;
  const proposed = await propose(text, source);
  await upload(proposed, text);
  expect(await ended(proposed.id)).toMatchObject({ state: 'awaiting-approval' });
  const Shown = z.object({ planFile: z.url() });
  const { planFile } = Shown.parse((await api.get(`/v1/imports/${proposed.id}`, 'approver')).json);
  const lines = (await (await fetch(planFile)).text()).trimEnd().split('\r\n');
  const [head, ...told] = lines.map((line) => line.split(',').toSpliced(1, 1));
  expect([head, ...told.toSorted()]).toEqual([
    ['fate', 'list', 'domain', 'subject_id', 'subject_name', 'document_number', 'from', 'until'],
    [
      'start',
      'black',
      'court-defaulters',
      organisation(821),
      '庚辛有限公司',
      '（2026）样09执1号',
      '2026-03-01',
      '2028-03-01',
    ],
    [
      'start',
      'black',
      'court-defaulters',
      organisation(822).slice(8, 17),
      '壬癸有限公司',
      '（2026）样09执2号',
      '2026-03-01',
      '2028-03-01',
    ],
  ]);

  const decide = (body: unknown) => api.call('POST', `/v1/imports/${proposed.id}/approval`, { as: 'approver', body });
  expect(faultsIn(problemIn(await decide({ decision: 'decline' }), 400, 'invalid-request'))).toEqual([
    '/ground missing',
  ]);
  expect((await decide({ decision: 'decline', ground: '与来源核对中' })).json).toMatchObject({
    state: 'refused',
    refusal: { code: 'declined' },
  });
  problemIn(await decide({}), 409, 'conflict');
  const asked = answerIn(await api.check(question([{ scheme: 'uscc', id: organisation(821) }])));
  expect(asked).toMatchObject({ outcome: 'pass' });
});

test('whose a listing under a name is, a steward proposes and another person signs; a namesake is cleared', async () => {
  const [name, firm, namesake] = ['丁戊己电气有限公司', organisation(811), organisation(812)];
  const text = `失信被执行人名称,案号,发布时间,执行法院,失信被执行人具体情形\n${name},（2026）样01执1号,2026/3/1,样例法院,有履行能力而拒不履行\n`;
  const source = { profile: 'shixin-creditchina', source: 'court-defaulters-list' };
  const proposed = await propose(text, source);
  await upload(proposed, text);
  await ended(proposed.id);
  await api.call('POST', `/v1/imports/${proposed.id}/approval`, { as: 'approver' });
  await ended(proposed.id, ['done']);
  const Named = z.object({ items: z.array(z.object({ values: z.tuple([z.string(), z.string()]) })) });
  const open = async () =>
    Named.parse((await api.get('/v1/conflicts?kind=name-only&limit=100', 'steward-court')).json).items.flatMap(
      ({ values: [folded, listing] }) => (folded === name ? [listing] : []),
    );
  const Owed = z.object({
    items: z.array(z.object({ listingId: z.string(), found: z.string(), check: z.object({ outcome: z.string() }) })),
  });
  const owed = async () =>
    Owed.parse((await api.get('/v1/remedies?limit=100', 'steward-court')).json).items.filter(
      ({ listingId }) => listingId === listing,
    );
  const [listing = ''] = await open();
  const path = `/v1/listings/${listing}/identification`;
  const say = (as: string, body: unknown) => api.call('POST', path, { as, body });
  const outcome = async (id: string, given?: string) =>
    answerIn(await api.check(question([{ scheme: 'uscc', id, ...(given && { name: given }) }]))).outcome;

  expect(faultsIn(problemIn(await say('steward-court', {}), 400, 'invalid-request'))).toEqual(['/code missing']);
  problemIn(await say('approver', {}), 409, 'conflict');
  problemIn(await say('steward-tax', { code: firm, same: true, ground: '核对' }), 403, 'forbidden');
  problemIn(
    await say('steward-court', { code: '91350100M000100Y4Z', same: true, ground: '核对' }),
    422,
    'invalid-identifier',
  );
  const ground = '已核对营业执照';
  expect((await say('steward-court', { code: firm, same: true, ground })).status).toBe(200);
  problemIn(await say('steward-court', { code: firm, same: true, ground }), 409, 'conflict');
  // Proposed is not signed: it waits, with a clock.
  const waits = async (path: string) => {
    const items = z
      .object({ items: z.array(z.looseObject({ id: z.optional(z.string()), listingId: z.optional(z.string()) })) })
      .parse((await api.get(path, 'approver')).json).items;
    return items.filter(({ id, listingId }) => (id ?? listingId) === listing);
  };
  const signatures = '/v1/listings?waiting=signature&limit=100';
  const caseId = `${listing}.i1`;
  expect(await waits('/v1/clocks')).toMatchObject([{ kind: 'identification-signature', caseId, overdue: false }]);
  expect(await waits(signatures)).toMatchObject([{ waitsFor: { what: 'identification', caseId } }]);
  expect(await outcome(firm)).toBe('pass');
  expect(await outcome(firm, name)).toBe('indeterminate');
  const signed = await say('approver', {});
  expect([await waits('/v1/clocks'), await waits(signatures)]).toEqual([[], []]);
  expect(signed.json).toMatchObject({ cases: [{ kind: 'identification', state: 'signed', code: firm, same: true }] });
  expect([await outcome(firm), await outcome(firm, name), await outcome(namesake, name)]).toEqual([
    'veto',
    'veto',
    'pass',
  ]);
  expect(await open()).toEqual([]);
  for (const asOf of [undefined, new Date().toISOString()]) {
    const body = { subject: { scheme: 'uscc', id: firm }, purpose: '异议核实', operator: 'u-7', ...(asOf && { asOf }) };
    const held = await api.call('POST', '/v1/standings/query', { as: 'steward-court', body });
    expect(held.json).toMatchObject({ listings: [{ id: listing, inForce: true }] });
  }
  // The next file of the source finds it, and it stays whose it is.
  const again = await propose(text, source);
  await upload(again, text);
  expect(await ended(again.id)).toMatchObject({ result: { unchanged: 1 } });
  expect([await open(), await outcome(firm)]).toEqual([[], 'veto']);

  expect(await owed()).toEqual([]);
  expect((await say('steward-court', { code: firm, same: false, ground: '系重名' })).status).toBe(200);
  expect((await say('approver', {})).status).toBe(200);
  // Who was refused by it is owed a remedy: asked by code, by code and name, and by code again.
  expect((await owed()).map(({ found, check }) => [found, check.outcome])).toEqual(
    Array.from({ length: 3 }, () => ['mistaken-subject', 'veto']),
  );
  expect([await outcome(firm, name), await outcome(namesake, name), await open()]).toEqual([
    'pass',
    'indeterminate',
    [listing],
  ]);
  expect((await say('steward-court', { code: namesake, same: false, ground: '系重名' })).status).toBe(200);
  expect((await say('approver', { decision: 'decline', ground: '证据不足' })).status).toBe(200);
  expect(await outcome(namesake, name)).toBe('indeterminate');

  // Found to be the namesake's, and then to be wrong altogether.
  expect((await say('steward-court', { code: namesake, same: true, ground })).status).toBe(200);
  expect((await say('approver', {})).status).toBe(200);
  expect(await outcome(namesake)).toBe('veto');
  const revoke = (as: string, body: unknown) => api.call('POST', `/v1/listings/${listing}/revocation`, { as, body });
  expect((await revoke('steward-court', { revokedFor: 'annulled-by-court', ground: '裁定撤销' })).status).toBe(200);
  expect((await revoke('approver', {})).status).toBe(200);
  expect(await outcome(namesake)).toBe('pass');
  // The three that it held up by the name alone, and the one that it vetoed.
  const foundBy = (await owed()).map(({ found }) => found);
  expect(foundBy).toEqual([...Array(3).fill('mistaken-subject'), ...Array(4).fill('revoked')]);
});

test('what contradicts itself is listed for a steward, page by page', async () => {
  const text = listOf([
    { subject: 50, number: '罚1号', name: '甲公司' },
    { subject: 51, number: '罚2号', name: '甲公司' },
  ]);
  const first = await propose(text);
  await upload(first, text);
  expect(await ended(first.id)).toMatchObject({ state: 'done' });
  const renamed = listOf([{ subject: 50, number: '罚3号', name: '乙公司' }]);
  const second = await propose(renamed);
  await upload(second, renamed);
  await ended(second.id);
  const Page = z.object({ items: z.array(z.looseObject({ kind: z.string() })), next: z.string().nullable() });
  const page = async (query: string) => Page.parse((await api.get(`/v1/conflicts${query}`, 'steward-court')).json);
  expect((await page('')).items.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['one-code-two-names', 'one-name-two-codes']),
  );
  const one = await page('?limit=1');
  const rest = await page(`?cursor=${one.next}`);
  expect([...one.items, ...rest.items]).toEqual((await page('')).items);
  const named = await page('?kind=one-code-two-names');
  expect(named.items).toMatchObject([{ values: ['甲公司', '乙公司'], source: 'penalty-publicity' }]);
  problemIn(await api.get('/v1/conflicts', 'admin'), 403, 'forbidden');
  problemIn(await api.get('/v1/conflicts?cursor=x', 'steward-court'), 400, 'invalid-request');
});

/** Makes sources as old as that. */
async function heardOf(at: Date, ...sources: readonly string[]): Promise<void> {
  const client = localClient(api.stack.endpoint);
  const aged = Object.fromEntries(sources.map((id) => [id, at.toISOString()]));
  await new DynamoHeadStore(client, api.stack.registryTable).change((head) => {
    if (!head) throw new Error('no catalogue');
    return { ...head, freshAsOf: { ...head.freshAsOf, ...aged } };
  });
  client.destroy();
}

test('how good a source is, is said of it: age, lateness, gaps, faults, duplicates, and where it differs from others', async () => {
  const bringIn = async (text: string, changes: Record<string, unknown>) => {
    const proposed = await propose(text, changes);
    await upload(proposed, text);
    expect(await ended(proposed.id)).toMatchObject({ state: 'done' });
  };
  const [source, silent] = ['eco-violation-list', 'research-misconduct-list'] as const;
  // Long ago, so that what an import says of its source's age is seen.
  await heardOf(daysAgo(200), source, silent);
  await bringIn(listOf([{ subject: 70, number: '罚70号' }]), { source: 'penalty-publicity' });
  // The same decision, with another term and another grade.
  const other = listOf([{ subject: 70, number: '罚70号', until: '2029-01-01' }]).replace(',minor,', ',ordinary,');
  await bringIn(other, { source, asOf: daysAgo(100).toISOString() });
  const good = { subject: 71, number: '罚71号' };
  const lines = listOf([good, good, good, good, good]).split('\n');
  const text = [
    ...lines.slice(0, 3),
    lines[3]?.replace(',某局,', ',,'),
    lines[4]?.replace('2025-03-01', '2025-13-01'),
    lines[5]?.replace(/org-code,\d{8}./, 'org-code,123456789'),
    'org-code,12****78-9,丙公司,ordinary,general-penalty,minor,罚72号,penalty-decision,2025-03-01,某局,strict-review,',
    '',
  ].join('\n');
  await bringIn(text, { source, asOf: daysAgo(40).toISOString() });
  const Sources = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
  const { items } = Sources.parse((await api.get('/v1/sources', 'steward-court')).json);
  // Seven rows in two deliveries; the source may be 35 days old.
  expect(items.find(({ id }) => id === source)).toMatchObject({
    freshness: { state: 'stale', maxAgeHours: 840, ageHours: expect.closeTo(960, 0) },
    lateness: { lateHours: 120, deliveries: 2, lateDeliveries: 1 },
    rowsRead: 7,
    completeness: 1 - 1 / 7,
    quarantined: 4 / 7,
    formatFaults: 1 / 7,
    masked: 1 / 7,
    duplicateAndWrongCode: { rate: 2 / 7, bar: 0.001, met: false },
    disagreements: 1,
    against: { 'penalty-publicity': { disagreements: 1, termsDiffer: 1 } },
    termsDiffer: 1,
    faults: { 'missing-field': 1, 'bad-date': 1, 'invalid-identifier': 1, 'masked-identifier': 1 },
    importing: null,
  });
  // It is as much the other's, which came first.
  expect(items.find(({ id }) => id === 'penalty-publicity')).toMatchObject({
    disagreements: 1,
    against: { [source]: { disagreements: 1, termsDiffer: 1 } },
    termsDiffer: 0,
  });
  // A source that nothing has come from yet has no rates, rather than good ones.
  expect(items.find(({ id }) => id === silent)).toMatchObject({
    freshness: { state: 'stale' },
    completeness: null,
    duplicateAndWrongCode: { rate: null, met: null },
  });
});

test('a proposal is refused for what it cannot be', async () => {
  const faults = async (changes: Record<string, unknown>) =>
    faultsIn(
      problemIn(
        await api.call('POST', '/v1/imports', { as: 'admin', body: order('x', changes) }),
        400,
        'invalid-request',
      ),
    );
  expect(await faults({ profile: 'tax' })).toEqual(['/profile unknown-value']);
  expect(await faults({ source: 'nowhere' })).toEqual(['/source unknown-value']);
  expect(await faults({ file: { name: 'list.csv', size: 512 * 1024 ** 2 + 1 } })).toEqual(['/file/size too-large']);
  expect(await faults({ asOf: '2099-01-01T00:00:00Z' })).toEqual(['/asOf not-allowed']);
  expect(await faults({ mode: 'some', options: { allow: ['all'] } })).toEqual([
    '/mode unknown-value',
    '/options/allow/0 unknown-value',
  ]);
  expect(await faults({ file: { name: '11010519491231002X.csv', size: 1 } })).toEqual(['/file/name personal-number']);
  problemIn(await api.call('POST', '/v1/imports', { as: 'approver', body: order('x') }), 403, 'forbidden');
  problemIn(await api.get('/v1/imports/00000000-0000-4000-8000-000000000000', 'admin'), 404, 'not-found');
  problemIn(await api.get('/v1/sources', 'procurement'), 403, 'forbidden');
});

test('a file of another size, and a full disk, leave the lists as they were', async () => {
  const text = listOf(rowsAbout(1, 1));
  const short = await propose(text);
  await upload(short, text.slice(0, -2));
  expect(await ended(short.id)).toMatchObject({ state: 'refused', refusal: { code: 'wrong-size' } });
  const full = await propose(text);
  mkdirSync(join(folder, 'intake', 'uploads'), { recursive: true });
  symlinkSync('/dev/full', join(folder, 'intake', 'uploads', `${full.id}.part`));
  expect((await upload(full, text)).status).toBe(507);
  expect(await show(full.id)).toMatchObject({ state: 'awaiting-upload' });
});

test('a store that cannot be written to while an import works fails it in words, and the lists stay as they were', async () => {
  const text = listOf([{ subject: 80, number: '罚80号' }]);
  const proposed = await propose(text);
  // Where the worker notes what it read there is a folder: nothing can be put there, however often it is tried.
  mkdirSync(join(folder, 'intake', 'work', proposed.id, 'conflicts', 'reading.part'), { recursive: true });
  await upload(proposed, text);
  expect(await ended(proposed.id)).toMatchObject({
    state: 'failed',
    refusal: { code: 'failed', detail: expect.stringContaining('重新提交同一文件') },
  });
  // The same file again does the rest.
  const again = await propose(text);
  await upload(again, text);
  expect(await ended(again.id)).toMatchObject({ state: 'done', result: { read: 1, added: 1 } });
});

test('a file that is not what it should be is refused by name, and the next of the same source goes in', async () => {
  const good = listOf([{ subject: 81, number: '罚81号' }]);
  const sheet = [{ name: 'xl/workbook.xml', content: Buffer.alloc(40_000_000, 32) }];
  const cases = [
    [gzipSync(good).subarray(0, -9), 'truncated-file', /gzip/],
    [zipOf(sheet), 'expands-too-much', /./],
    [Buffer.from(good.split('\n').slice(1).join('\n')), 'missing-columns', /没有表头/],
    [Buffer.from(good.replaceAll(',', '^')), 'missing-columns', /./],
    ['企业名称,统一社会信用代码,处罚日期,执法单位,处罚结果\n', 'missing-columns', /--profile ccgp/],
  ] as const;
  for (const [bytes, code, detail] of cases) {
    const file = Buffer.from(bytes);
    const proposed = await propose(file);
    await upload(proposed, Uint8Array.from(file));
    expect(await ended(proposed.id), code).toMatchObject({
      state: 'refused',
      refusal: { code, detail: expect.stringMatching(detail) },
    });
  }
  const proposed = await propose(good);
  await upload(proposed, good);
  expect(await ended(proposed.id)).toMatchObject({ state: 'done', result: { read: 1, added: 1 } });
});

test('a worker that is killed halfway is started again, and ends where it would have', async () => {
  const rows = rowsAbout(60, 5).map((row) => ({ ...row, subject: row.subject + 100 }));
  const text = listOf(rows);
  const slowly = await propose(text, { options: { rowsPerSecond: 150 } });
  await upload(slowly, text);
  await ended(slowly.id, ['running']);
  const worker = spawnSync('pgrep', ['-P', String(process.pid), '-f', slowly.id], { encoding: 'utf8' }).stdout.trim();
  process.kill(Number(worker), 'SIGKILL');
  const { result } = z
    .object({ result: z.object({ read: z.int(), added: z.int(), unchanged: z.int() }) })
    .parse(await ended(slowly.id, ['done', 'failed']));
  expect([result.read, result.added + result.unchanged]).toEqual([300, 300]);
  const again = await propose(text, { mode: 'full', options: { dryRun: true } });
  await upload(again, text);
  expect(await ended(again.id)).toMatchObject({ plan: { counts: { added: 0, changed: 0, unchanged: 300 } } });
});
