import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { type Answer, answerIn, detailIn, faultsIn, problemIn } from './shapes.ts';

const START = new Date('2026-11-21T02:00:00.000Z');
const TODAY = '2026-11-21';
const DAY = 86_400_000;

const Case = z.strictObject({
  checkId: z.string(),
  subject: z.strictObject({ scheme: z.string(), id: z.string().nullable() }),
  caller: z.string(),
  scene: z.string(),
  checkedAt: z.iso.datetime(),
  matter: z.string(),
  measure: z.string(),
  effectiveOn: z.iso.date(),
  effect: z.string(),
  attachments: z.array(
    z.strictObject({ name: z.string(), mediaType: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  ),
  at: z.iso.datetime(),
  by: z.strictObject({ subject: z.string(), person: z.string().optional(), authority: z.string().optional() }),
});
const Page = z.strictObject({ items: z.array(Case), next: z.string().nullable() });

let api: ApiClient;
let clock: TestClock;
let vetoed: Answer;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(START));
  vetoed = await checked(SAMPLE.veto);
});
afterAll(() => api?.stack.stop());

const checked = async (subject: unknown, changes = {}, as = 'procurement') =>
  answerIn(await api.check(question(subject, changes), {}, as));
const measureOf = ({ verdicts }: Answer, subject = 0) => verdicts[subject]?.reasons[0]?.measure.code;
const attachment = (name = '否决投标决定书.pdf') => ({
  name,
  mediaType: 'application/pdf',
  sha256: createHash('sha256').update(name).digest('hex'),
});
const caseOn = (check: Answer, changes: Record<string, unknown> = {}) => ({
  measure: measureOf(check),
  effectiveOn: TODAY,
  effect: '资格审查不予通过，未授予合同',
  attachments: [attachment()],
  ...changes,
});
const report = (id: string, body: unknown, as = 'procurement') =>
  api.call('POST', `/v1/checks/${id}/cases`, { as, body });
const list = async (query: Record<string, string> = {}, as = 'auditor') => {
  const reply = await api.get(`/v1/cases?${new URLSearchParams(query)}`, as);
  expect(reply.status, reply.text).toBe(200);
  return Page.parse(reply.json);
};

describe('a case', () => {
  test('is appended to its check: subject, scene, measure, day, effect and digests', async () => {
    const reply = await report(vetoed.id, caseOn(vetoed));
    expect(reply.status, reply.text).toBe(201);
    const made = Case.parse(reply.json);
    expect(made).toMatchObject({
      checkId: vetoed.id,
      subject: { scheme: 'uscc', id: SAMPLE.veto },
      caller: 'procurement',
      scene: 'government-procurement',
      checkedAt: vetoed.checkedAt,
      matter: vetoed.matter.id,
      ...caseOn(vetoed),
      at: START.toISOString(),
      by: { person: 'purchaser-li' },
    });
    const detail = await api.get(`/v1/checks/${vetoed.id}`, 'procurement');
    expect(detail.json).toMatchObject({ cases: [made] });
    expect(detailIn(detail).outcome).toBe('veto');
  });

  test('said again in the same words is the same case, also at once; other words are another', async () => {
    const check = await checked(SAMPLE.veto);
    const replies = await Promise.all([1, 2, 3].map(() => report(check.id, caseOn(check))));
    clock.now += 1_000;
    replies.push(await report(check.id, caseOn(check)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    expect((await report(check.id, caseOn(check, { effect: '更正：资格后审不予通过' }))).status).toBe(201);
    const { json } = await api.get(`/v1/checks/${check.id}`, 'procurement');
    expect(
      z
        .object({ cases: z.array(Case) })
        .parse(json)
        .cases.map(({ effect }) => effect),
    ).toEqual(['资格审查不予通过，未授予合同', '更正：资格后审不予通过']);
  });

  test('of a consortium is that of the member with the measure, and says which where several have it', async () => {
    const one = await checked(undefined, consortium(organisation(2), SAMPLE.veto));
    expect((await report(one.id, caseOn(one, { measure: measureOf(one, 1) }))).json).toMatchObject({
      subject: { id: SAMPLE.veto },
    });
    const both = await checked(undefined, consortium(SAMPLE.veto, SAMPLE.vetoAndExpired));
    expect(measureOf(both, 0)).toBe(measureOf(both, 1));
    expect(faultsIn(problemIn(await report(both.id, caseOn(both)), 400, 'invalid-request'))).toEqual([
      '/subject missing',
    ]);
    expect((await report(both.id, caseOn(both, { subject: 1 }))).json).toMatchObject({
      subject: { id: SAMPLE.vetoAndExpired },
    });
    const outside = await report(both.id, caseOn(both, { subject: 2 }));
    expect(faultsIn(problemIn(outside, 400, 'invalid-request'))).toEqual(['/subject not-cited']);
  });

  test('of a person shows the masked number, as long as it is kept', async () => {
    clock.now += 1_000;
    const check = await checked(personSubject());
    expect(check.verdicts[0]?.reasons.length).toBeGreaterThan(0);
    const reply = await report(check.id, caseOn(check));
    expect(reply.status, reply.text).toBe(201);
    const masked = check.verdicts[0]?.subject.id;
    expect(masked).toContain('*');
    expect(Case.parse(reply.json).subject.id).toBe(masked);
    expect((await list({ limit: '1' })).items[0]?.subject.id).toBe(masked);
    expect(reply.text).not.toContain(SAMPLE.person);
  });

  test('is the caller’s own to report, on a check that stands', async () => {
    problemIn(await report(vetoed.id, caseOn(vetoed), 'grants'), 404, 'not-found');
    problemIn(await report('AAAAAAAAAAAAAAAAAAAAAA', caseOn(vetoed)), 404, 'not-found');
    problemIn(await report(vetoed.id, caseOn(vetoed), 'auditor'), 403, 'forbidden');
    const { attemptId = '' } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
    problemIn(await report(attemptId, caseOn(vetoed)), 409, 'conflict');
    const annulled = await checked(SAMPLE.veto);
    const ground = { ground: '标段填错' };
    await api.call('POST', `/v1/checks/${annulled.id}/annulment`, { as: 'procurement', body: ground });
    expect(problemIn(await report(annulled.id, caseOn(annulled)), 409, 'conflict').detail).toContain('作废');
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['of a measure that the check does not cite', { measure: 'no-fiscal-fund' }, ['/measure not-cited']],
    ['before the check', { effectiveOn: '2026-11-20' }, ['/effectiveOn before-check']],
    ['of a day that lies ahead', { effectiveOn: '2026-11-22' }, ['/effectiveOn in-future']],
    ['on no day', { effectiveOn: '2026-02-30' }, ['/effectiveOn not-allowed']],
    ['without papers', { attachments: [] }, ['/attachments too-small']],
    [
      'with too many papers',
      { attachments: Array.from({ length: 21 }, (_, index) => attachment(`${index}`)) },
      ['/attachments too-large'],
    ],
    [
      'with a digest that is none',
      { attachments: [{ ...attachment(), sha256: 'A'.repeat(64) }] },
      ['/attachments/0/sha256 wrong-format'],
    ],
    [
      'with the paper itself',
      { attachments: [{ ...attachment(), content: 'JVBERi0=' }] },
      ['/attachments/0/content unknown-field'],
    ],
    [
      'with a type that is none',
      { attachments: [{ ...attachment(), mediaType: 'pdf' }] },
      ['/attachments/0/mediaType wrong-format'],
    ],
    ['with a person’s number', { effect: '不予授予 11010519491231002X' }, ['/effect personal-number']],
    [
      'with a person’s number in a name',
      { attachments: [attachment('11010519491231002X.pdf')] },
      ['/attachments/0/name personal-number'],
    ],
    ['with too many words', { effect: '不'.repeat(1_001) }, ['/effect too-large']],
  ])('%s is refused', async (_, changes, faults) => {
    const reply = await report(vetoed.id, caseOn(vetoed, changes));
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(faults);
  });
});

describe('the list of cases', () => {
  const reportedOn: string[] = [];
  beforeAll(async () => {
    clock.now = START.getTime() + DAY;
    for (let day = 0; day < 3; day += 1) {
      const effectiveOn = new Date(clock.now).toISOString().slice(0, 10);
      const own = await checked(SAMPLE.veto);
      const other = await checked(SAMPLE.restrictInFunds, { scene: 'fiscal-fund' }, 'grants');
      await report(own.id, caseOn(own, { effectiveOn }));
      await report(other.id, caseOn(other, { effectiveOn, effect: '分期拨付' }), 'grants');
      reportedOn.push(effectiveOn);
      clock.now += DAY;
    }
  });

  test('has those of a period, newest first, of every caller for an auditor and an administrator', async () => {
    const period = { from: reportedOn[0] ?? '', to: reportedOn[1] ?? '' };
    const { items, next } = await list(period);
    expect(items.map(({ at }) => at.slice(0, 10))).toEqual([
      reportedOn[1],
      reportedOn[1],
      reportedOn[0],
      reportedOn[0],
    ]);
    expect(next).toBeNull();
    expect((await list(period, 'admin')).items).toEqual(items);
    const funds = (await list({ ...period, caller: 'grants' })).items;
    expect(funds.map(({ scene }) => scene)).toEqual(['fiscal-fund', 'fiscal-fund']);
    expect((await list(period, 'grants')).items).toEqual(funds);
    expect((await list(period, 'commendation')).items).toEqual([]);
  });

  test('comes page by page, each case once', async () => {
    const query = { from: reportedOn[0] ?? '', limit: '1' };
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof Page> = await list(cursor === '' ? query : { ...query, cursor });
      expect(page.items.length).toBeLessThanOrEqual(1);
      found.push(...page.items.map(({ checkId }) => checkId));
      cursor = page.next;
    }
    expect(new Set(found).size).toBe(6);
    expect(found).toHaveLength(6);
    const { next } = await list(query);
    const foreign = await api.get(`/v1/cases?${new URLSearchParams({ limit: '1', cursor: next ?? '' })}`, 'auditor');
    problemIn(foreign, 400, 'invalid-request');
  });

  test('is nobody else’s to read, and looking at it is on record', async () => {
    problemIn(await api.get('/v1/cases?caller=procurement', 'grants'), 403, 'forbidden');
    problemIn(await api.get('/v1/cases', 'steward-court'), 403, 'forbidden');
    expect(faultsIn(problemIn(await api.get('/v1/cases?scene=land', 'auditor'), 400, 'invalid-request'))).toEqual([
      '/scene unknown-field',
    ]);
    clock.now += 1_000;
    await list({ caller: 'grants' });
    expect((await api.get('/v1/looks?client=auditor&limit=1', 'chief-auditor')).json).toMatchObject({
      items: [{ kind: 'cases', asked: { caller: 'grants' }, results: 3 }],
    });
  });
});
