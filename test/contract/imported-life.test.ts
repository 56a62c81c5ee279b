import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type ApiClient, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { codeOf, type ListRow, listOf } from '../intake/lists.ts';
import { signedAlias } from './alias-signed.ts';
import { importingInto, upload } from './importing.ts';
import { Case } from './keeping.ts';
import { answerIn } from './shapes.ts';

vi.setConfig({ testTimeout: 120_000 });

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const { bring, ended, propose } = importingInto(() => api);
const DAY_MS = 86_400_000;
const day = (offset: number) => new Date(Date.now() + offset * DAY_MS).toISOString().slice(0, 10);
const ask = async (subject: number) =>
  answerIn(await api.check(question([{ scheme: 'org-code', id: codeOf(subject) }])));
const Listed = z.object({
  listings: z.array(
    z.looseObject({ id: z.string(), list: z.string(), inForce: z.boolean(), guard: z.string().optional() }),
  ),
});
async function listingsOf(subject: number) {
  const body = { subject: { scheme: 'org-code', id: codeOf(subject) }, purpose: '核对', operator: 'u-7' };
  const { json } = await api.call('POST', '/v1/standings/query', { as: 'auditor', body });
  return Listed.parse(json).listings;
}

// Without measures of their own: what warns is the watch list.
const fault = (subject: number, number: string, more: Partial<ListRow> = {}): ListRow => ({
  subject,
  number,
  issuedOn: day(-30),
  until: day(60),
  measures: '',
  ...more,
});

test('minor faults that come with a file bring a watch listing, which warns, and falls with them', async () => {
  const rows = [
    ...['罚1号', '罚2号', '罚3号'].map((number) => fault(300, number)),
    ...['罚4号', '罚5号'].map((number) => fault(301, number)),
    // Of another year.
    ...['罚6号', '罚7号'].map((number) => fault(302, number)),
    fault(302, '罚8号', { issuedOn: day(-400) }),
  ];
  await bring(listOf(rows));
  expect(await ask(300)).toMatchObject({
    outcome: 'warn',
    verdicts: [
      {
        reasons: [
          {
            list: 'watch',
            domain: 'abnormal-operation',
            effect: 'warn',
            authority: '某局',
            document: { number: '罚3号' },
            measure: { code: 'risk-reminder' },
          },
        ],
      },
    ],
  });
  expect([(await ask(301)).outcome, (await ask(302)).outcome]).toEqual(['pass', 'pass']);
  const [watch] = (await listingsOf(300)).filter(({ list }) => list === 'watch');
  expect((await api.get(`/v1/listings/${watch?.id}`, 'auditor')).json).toMatchObject({
    phase: 'active',
    promotion: { faults: 3, withinMonths: 12 },
    subject: { scheme: 'org-code', id: codeOf(300), name: '公司300' },
  });

  // The same file again changes nothing, and one more fault brings no second watch listing.
  await bring(listOf(rows));
  await bring(listOf([fault(300, '罚9号')]));
  expect((await listingsOf(300)).map(({ list }) => list)).toEqual([
    'ordinary',
    'ordinary',
    'ordinary',
    'watch',
    'ordinary',
  ]);
  // The third of another file completes what the first file had begun.
  await bring(listOf([fault(301, '罚10号')]));
  expect(await ask(301)).toMatchObject({ outcome: 'warn', verdicts: [{ reasons: [{ list: 'watch' }] }] });

  const left = rows.filter(({ subject, number }) => subject !== 300 || number === '罚1号');
  await bring(listOf(left), { mode: 'full', options: { allow: ['shrink'] } });
  expect(await listingsOf(300)).toContainEqual(
    expect.objectContaining({
      list: 'watch',
      guard: 'ended',
      ended: expect.objectContaining({ reason: 'faults-fallen' }),
    }),
  );
  expect((await ask(300)).outcome).toBe('pass');
});

test('one decision is one fault, whichever sources tell of it', async () => {
  await bring(listOf([fault(310, '（2026）罚1号'), fault(310, '（2026）罚2号')]));
  await bring(listOf([fault(310, '〔2026〕罚1号'), fault(310, '〔2026〕罚2号')]), {
    source: 'abnormal-operation-list',
  });
  expect((await listingsOf(310)).map(({ list }) => list)).toEqual(Array(4).fill('ordinary'));
  expect((await ask(310)).outcome).toBe('pass');
  await bring(listOf([fault(310, '（2026）罚3号')]), { source: 'abnormal-operation-list' });
  expect((await ask(310)).outcome).toBe('warn');
});

test('what was repaired here and its source still delivers stays ended, and a steward finds it', async () => {
  const rows = [fault(320, '罚20号', { measures: 'strict-review' }), fault(321, '罚21号')];
  await bring(listOf(rows));
  expect((await ask(320)).outcome).toBe('warn');
  const [{ id: listing } = { id: '' }] = await listingsOf(320);
  const post = async (path: string, as: string, body: unknown) => {
    const reply = await api.call('POST', path, { as, body });
    expect([reply.status, reply.text]).toEqual([expect.toSatisfy((status) => status < 300), expect.any(String)]);
    return reply.json;
  };
  const evidence = [{ name: '整改报告', sha256: 'a'.repeat(64) }];
  const methods = ['correction', 'commitment'].map((code) => ({ code, evidence }));
  const asked = await post(`/v1/listings/${listing}/repairs`, 'steward-tax', { statement: '已改正', methods });
  const { id: repair } = Case.parse(asked);
  await post(`/v1/repairs/${repair}/acceptance`, 'steward-tax', { accepted: true });
  await post(`/v1/repairs/${repair}/decision`, 'approver', {
    decision: 'approved',
    ground: '已改正',
    leadsTo: 'ended',
  });
  const Conflicts = z.object({
    items: z.array(
      z.looseObject({ kind: z.string(), values: z.array(z.string()), hoursAfterExit: z.int().optional() }),
    ),
  });
  const still = async (as = 'steward-tax') =>
    Conflicts.parse((await api.get('/v1/conflicts?kind=still-delivered', as)).json).items;
  expect(await still()).toEqual([]);

  // The row as it was; the row with another end; the row in a whole file: it is one conflict, and nothing comes back.
  expect(await bring(listOf(rows))).toMatchObject({ result: { unchanged: 2, stillDelivered: 1 } });
  const named = [
    expect.objectContaining({
      kind: 'still-delivered',
      source: 'penalty-publicity',
      values: [listing, 'repaired', expect.any(String)],
      hoursAfterExit: 0,
    }),
  ];
  expect(await still()).toEqual(named);
  const longer = rows.map((row) => ({ ...row, until: day(90) }));
  expect(await bring(listOf(longer))).toMatchObject({ result: { changed: 1, quarantined: 1, stillDelivered: 1 } });
  expect([await still(), await still('steward-court')]).toEqual([named, named]);
  expect([(await ask(320)).outcome, (await listingsOf(320)).map(({ guard }) => guard)]).toEqual(['pass', ['ended']]);
});

test('a ban that comes with a file ends the red listing of whoever succeeds whom it bans', async () => {
  const predecessor = organisation(851);
  await signedAlias(api, { kind: 'successor', predecessor, successor: SAMPLE.favour, ground: '吸收合并' });
  const text = `企业名称,统一社会信用代码,处罚日期,执法单位,处罚结果\n甲乙有限公司,${predecessor},${day(-30)},某财政局,禁止参加政府采购活动二年\n`;
  const proposed = await propose(text, { profile: 'ccgp', source: 'government-procurement-violation-list' });
  expect((await upload(proposed, text)).status).toBe(200);
  expect(await ended(proposed.id)).toMatchObject({ state: 'awaiting-approval' });
  await api.call('POST', `/v1/imports/${proposed.id}/approval`, { as: 'approver' });
  expect(await ended(proposed.id, ['done'])).toMatchObject({ result: { added: 1 } });
  const body = { subject: { scheme: 'uscc', id: SAMPLE.favour }, purpose: '核对', operator: 'u-7' };
  const { json } = await api.call('POST', '/v1/standings/query', { as: 'auditor', body });
  const reds = Listed.parse(json).listings.filter(({ list }) => list === 'red');
  expect(reds).toEqual([
    expect.objectContaining({ state: 'ended', ended: expect.objectContaining({ reason: 'blacklisted' }) }),
  ]);
  expect((await api.check(question(SAMPLE.favour))).json).toMatchObject({ outcome: 'veto' });
});
