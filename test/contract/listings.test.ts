import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { type ApiClient, type Reply, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';

const START = new Date('2026-09-18T10:00:00+08:00');

let api: ApiClient;
let clock: TestClock;

beforeAll(async () => {
  ({ api, clock } = await startClockedStack(START));
});
afterAll(() => api.stack.stop());
beforeEach(() => {
  clock.now = START.getTime();
});

const at = (text: string) => {
  clock.now = new Date(text).getTime();
};
const post = (path: string, as: string, body: unknown = {}): Promise<Reply> => api.call('POST', path, { as, body });

const BLACK = {
  subject: { scheme: 'uscc', id: '91430100MA00001700', name: '样例新列有限公司' },
  list: 'black',
  domain: 'tax-major-violation',
  document: {
    number: '样税稽罚〔2026〕12号',
    type: 'penalty-decision',
    issuer: '样例省税务局',
    issuedOn: '2026-08-20',
  },
  grade: 'serious',
  facts: '虚开增值税专用发票',
  measures: ['no-government-procurement', 'no-fiscal-fund'],
  until: '2028-09-01',
  repair: { repairable: true, route: '向税务局申请' },
  exitConditions: '期满或修复',
  remedy: '六十日内申请行政复议',
  recognition: [
    { step: 'investigation', on: '2026-06-01', record: '检查笔录' },
    { step: 'standard-comparison', on: '2026-06-20', record: '对照表' },
    { step: 'fact-finding', on: '2026-07-01', record: '事实认定书' },
    { step: 'deliberation', on: '2026-08-01', record: '集体审议纪要' },
  ],
};

const question = (id: string) => ({
  scene: 'government-procurement',
  principal: { scheme: 'uscc', id: SAMPLE.principal },
  matter: { id: `M-${id}` },
  subjects: [{ scheme: 'uscc', id }],
  operator: 'u-1',
  purpose: '资格审查',
});

const outcomeOf = async (id: string) => {
  const { json, text, status } = await api.check(question(id));
  expect([status, text]).toEqual([201, expect.any(String)]);
  return Answer.parse(json);
};
const Answer = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  verdicts: z.array(z.looseObject({ notices: z.array(z.looseObject({ code: z.string() })) })),
});
const Shown = z.looseObject({ id: z.string(), phase: z.string(), allows: z.array(z.string()) });
const Case = z.looseObject({ id: z.string(), state: z.string() });

/** A black listing that is in force: proposed, told, decided by another, activated. */
async function activated(id: string, changes: object = {}): Promise<string> {
  at('2026-09-18T10:00:00+08:00');
  const proposed = await post('/v1/listings', 'steward-tax', { ...BLACK, subject: { scheme: 'uscc', id }, ...changes });
  expect([proposed.status, proposed.text]).toEqual([201, expect.any(String)]);
  const listing = Shown.parse(proposed.json).id;
  const told = await post(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
  expect([told.status, told.text]).toEqual([200, expect.any(String)]);
  at('2026-10-09T10:00:00+08:00');
  const decided = await post(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '事实清楚' });
  expect([decided.status, decided.text]).toEqual([200, expect.any(String)]);
  const active = await post(`/v1/listings/${listing}/activation`, 'steward-tax');
  expect([active.status, active.text]).toEqual([200, expect.any(String)]);
  return listing;
}

describe('a black listing', () => {
  it('has no effect before it is activated, vetoes then, rests under objection, and is gone when it was wrong', async () => {
    const id = '91430100MA00001700';
    const proposed = await post('/v1/listings', 'steward-tax', BLACK);
    expect([proposed.status, proposed.text]).toEqual([201, expect.stringContaining('"candidate"')]);
    const listing = Shown.parse(proposed.json);
    expect(listing.allows).toContain('notified');
    expect((await outcomeOf(id)).outcome).toBe('pass');

    expect((await post(`/v1/listings/${listing.id}/activation`, 'steward-tax')).status).toBe(409);
    const told = await post(`/v1/listings/${listing.id}/publicity`, 'steward-tax', { service: '直接送达' });
    // The make-up Sunday counts: five working days after 18 September end on the 24th.
    expect(told.json).toMatchObject({ phase: 'notified', hearingUntil: '2026-09-24' });
    at('2026-09-24T23:59:59+08:00');
    const early = await post(`/v1/listings/${listing.id}/decision`, 'approver', {
      decision: 'list',
      ground: '事实清楚',
    });
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('2026-09-24')]);
    at('2026-09-25T00:00:00+08:00');
    expect(
      (await post(`/v1/listings/${listing.id}/decision`, 'approver', { decision: 'list', ground: '事实清楚' })).status,
    ).toBe(200);
    expect((await outcomeOf(id)).outcome).toBe('pass');
    const active = await post(`/v1/listings/${listing.id}/activation`, 'steward-tax');
    expect(active.json).toMatchObject({ phase: 'active', from: '2026-09-25' });
    const vetoed = await outcomeOf(id);
    expect(vetoed.outcome).toBe('veto');

    const objected = await post(`/v1/listings/${listing.id}/objections`, 'steward-tax', {
      by: 'subject',
      ground: 'wrong-facts',
      statement: '发票系他人虚开',
    });
    expect([objected.status, objected.text]).toEqual([201, expect.any(String)]);
    const objection = Case.parse(objected.json).id;
    const clocks = await api.get('/v1/clocks', 'steward-tax');
    expect(clocks.json).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ kind: 'objection-acceptance', caseId: objection, due: '2026-09-30', overdue: false }),
      ]),
    });
    clock.now += 1_000;
    const still = await outcomeOf(id);
    expect(still.outcome).toBe('veto');
    expect((await post(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true })).status).toBe(200);
    const resting = await outcomeOf(id);
    expect([resting.outcome, resting.verdicts[0]?.notices[0]?.code]).toEqual(['warn', 'objection-pending']);
    const upheld = await post(`/v1/objections/${objection}/resolution`, 'steward-tax', {
      outcome: 'upheld',
      ground: '查明属实',
    });
    expect([upheld.status, upheld.text]).toEqual([200, expect.stringContaining('"upheld"')]);
    expect((await outcomeOf(id)).outcome).toBe('pass');
    const remedies = await api.get('/v1/remedies', 'steward-tax');
    expect(remedies.json).toMatchObject({
      items: [still, vetoed].map((check) => ({
        listingId: listing.id,
        found: 'upheld',
        check: { id: check.id, outcome: 'veto', caller: 'procurement' },
      })),
      next: null,
    });
    expect((await api.get('/v1/remedies', 'steward-court')).json).toEqual({ items: [], next: null });
    const again = await post(`/v1/listings/${listing.id}/objections`, 'steward-tax', {
      by: 'subject',
      ground: 'procedure',
      statement: '程序违法',
    });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('ended')]);
  });

  it('lists the persons whom the law holds responsible, and ends with them', async () => {
    const listing = await activated('91430100M000100Y4H', {
      linkedPersons: [
        {
          scheme: 'resident-id',
          id: '11010519491231002X',
          name: '张三丰',
          role: 'legal-representative',
          citation: '税收征收管理法第六十三条',
        },
      ],
    });
    const shown = await api.get(`/v1/listings/${listing}`, 'steward-tax');
    expect(shown.text).not.toContain('11010519491231002X');
    expect(shown.json).toMatchObject({ linkedPersons: [{ name: '张**', listingId: `${listing}.p1` }] });
    expect((await api.get(`/v1/listings/${listing}.p1`, 'auditor')).json).toMatchObject({
      phase: 'active',
      linkedTo: { listingId: listing, role: 'legal-representative' },
    });
    const proposal = await post(`/v1/listings/${listing}/revocation`, 'steward-tax', { ground: '处罚决定被撤销' });
    expect([proposal.status, proposal.text]).toEqual([200, expect.stringContaining('revocation-signature')]);
    const signed = await post(`/v1/listings/${listing}/revocation`, 'approver');
    expect(signed.json).toMatchObject({ phase: 'ended', ended: { reason: 'revoked' } });
    expect((await api.get(`/v1/listings/${listing}.p1`, 'auditor')).json).toMatchObject({
      phase: 'ended',
      ended: { reason: 'revoked' },
    });
  });
});
