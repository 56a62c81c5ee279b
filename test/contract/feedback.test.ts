import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type ApiClient, organisation, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const START = new Date('2026-11-21T02:00:00.000Z');
const DAY = 86_400_000;
/** As the sample catalogue has it. */
const TERM_DAYS = 30;
const PATIENCE = { timeout: 30_000, interval: 200 };

const Page = z.strictObject({
  items: z.array(
    z.strictObject({
      checkId: z.string(),
      caller: z.string(),
      scene: z.string(),
      outcome: z.string(),
      checkedAt: z.iso.datetime(),
      dueAt: z.iso.datetime(),
    }),
  ),
  next: z.string().nullable(),
});

let api: ApiClient;
let clock: TestClock;
let unanswered: string;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(START, { feeds: { meter: true, receive: () => undefined } }));
  const restricted = await checked(SAMPLE.restrictInFunds, { scene: 'fiscal-fund' }, 'grants');
  await feedback(restricted, { carriedOut: true }, 'grants');
  unanswered = await checked(SAMPLE.restrictInFunds, { scene: 'fiscal-fund' }, 'grants');
});
afterAll(() => api?.stack.stop());

const checked = async (subject: string, changes = {}, as = 'procurement') =>
  answerIn(await api.check(question(subject, changes), {}, as)).id;
const feedback = (id: string, body: unknown, as = 'procurement') =>
  api.call('POST', `/v1/checks/${id}/feedback`, { as, body });
const overdue = async (as: string, query = '') => Page.parse((await api.get(`/v1/feedback/overdue${query}`, as)).json);
const overdueIds = async (as: string, query = '') => (await overdue(as, query)).items.map(({ checkId }) => checkId);

/** What two annulments of it are answered. */
async function annulledTwice(id: string, as = 'procurement'): Promise<number[]> {
  const annul = () => api.call('POST', `/v1/checks/${id}/annulment`, { as, body: { ground: '标段填错' } });
  return [(await annul()).status, (await annul()).status];
}

test('feedback is appended to its check, by its caller alone', async () => {
  const id = await checked(SAMPLE.veto);
  expect(await feedback(id, { carriedOut: true })).toMatchObject({
    status: 201,
    json: { checkId: id, carriedOut: true, by: { person: 'purchaser-li' } },
  });
  clock.now += 1_000;
  await feedback(id, { carriedOut: false, why: '评审已终止' });
  expect((await api.get(`/v1/checks/${id}`, 'auditor')).json).toMatchObject({
    feedback: [{ carriedOut: true }, { carriedOut: false, why: '评审已终止' }],
  });
  problemIn(await feedback(id, { carriedOut: true }, 'grants'), 404, 'not-found');
  problemIn(await feedback('AAAAAAAAAAAAAAAAAAAAAA', { carriedOut: true }), 404, 'not-found');
  problemIn(await feedback(id, { carriedOut: true }, 'auditor'), 403, 'forbidden');
  const { attemptId = '' } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
  problemIn(await feedback(attemptId, { carriedOut: true }), 409, 'conflict');
});

test('feedback that is sent twice at once is said once', async () => {
  const id = await checked(SAMPLE.veto);
  const replies = await Promise.all(Array.from({ length: 6 }, () => feedback(id, { carriedOut: true })));
  expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
  expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
  expect((await api.get(`/v1/checks/${id}`, 'auditor')).json).toMatchObject({ feedback: [{ carriedOut: true }] });
  // Another's words at the same moment are another note.
  const other = await checked(SAMPLE.veto);
  const both = await Promise.all([
    feedback(other, { carriedOut: true }),
    feedback(other, { carriedOut: false, why: 'x' }),
  ]);
  expect(both.map(({ status }) => status)).toEqual([201, 201]);
});

test('feedback that is sent again is what stands there; a second thought is appended', async () => {
  const id = await checked(SAMPLE.veto);
  const no = { carriedOut: false, why: '评审已终止' };
  const first = await feedback(id, no);
  clock.now += 1_000;
  const again = await feedback(id, no);
  expect([first.status, again.status, again.text]).toEqual([201, 200, first.text]);
  for (const body of [{ carriedOut: true }, no]) {
    clock.now += 1_000;
    expect((await feedback(id, body)).status).toBe(201);
  }
  const { feedback: said } = z
    .object({ feedback: z.array(z.object({ carriedOut: z.boolean() })) })
    .parse((await api.get(`/v1/checks/${id}`, 'auditor')).json);
  expect(said.map(({ carriedOut }) => carriedOut)).toEqual([false, true, false]);
});

test.each([
  [{ carriedOut: false }, '/why missing'],
  [{ carriedOut: true, why: 'x' }, '/why unknown-field'],
  [{ carriedOut: false, why: '11010519491231002X' }, '/why personal-number'],
])('%j is refused', async (body, fault) => {
  expect(faultsIn(problemIn(await feedback(await checked(SAMPLE.veto), body), 400, 'invalid-request'))).toEqual([
    fault,
  ]);
});

describe('what is overdue', () => {
  test('is listed on the day, oldest first, until there is feedback; a pass never', async () => {
    clock.now += DAY;
    const mine = (ids: readonly string[]) => ids.filter((id) => [late, later, answered].includes(id));
    const late = await checked(SAMPLE.veto);
    clock.now += 1_000;
    const later = await checked(SAMPLE.vetoAndExpired);
    const answered = await checked(SAMPLE.veto);
    const clear = await checked(organisation(1));
    await feedback(answered, { carriedOut: true });

    clock.now += TERM_DAYS * DAY - 1_001;
    expect(mine(await overdueIds('procurement'))).toEqual([]);
    clock.now += 1;
    await vi.waitFor(async () => expect(mine(await overdueIds('procurement'))).toEqual([late]), PATIENCE);
    clock.now += 1_000;
    await vi.waitFor(async () => expect(mine(await overdueIds('procurement'))).toEqual([late, later]), PATIENCE);
    expect(await overdueIds('procurement')).not.toContain(clear);
    const [line] = (await overdue('auditor', '?caller=procurement')).items.filter(({ checkId }) => checkId === late);
    expect(Date.parse(line?.dueAt ?? '') - Date.parse(line?.checkedAt ?? '')).toBe(TERM_DAYS * DAY);

    await feedback(late, { carriedOut: false, why: '已废标' });
    expect(mine(await overdueIds('procurement'))).toEqual([later]);

    // 作废: a veto stays one, whatever is said of how it was asked.
    expect(await annulledTwice(later)).toEqual([201, 409]);
    expect(mine(await overdueIds('procurement'))).toEqual([later]);
    await feedback(later, { carriedOut: true });
    expect(mine(await overdueIds('procurement'))).toEqual([]);
  });

  test('is given page by page, and not to another caller', async () => {
    const all = await overdueIds('procurement', '?limit=100');
    const found: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: z.infer<typeof Page> = await overdue('procurement', `?limit=1${cursor && `&cursor=${cursor}`}`);
      found.push(...page.items.map(({ checkId }) => checkId));
      cursor = page.next;
    }
    expect(all.length).toBeGreaterThan(1);
    expect(found).toEqual(all);
    expect(await overdueIds('commendation')).toEqual([]);
    const looks = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });
    const { items } = looks.parse((await api.get('/v1/looks?client=commendation', 'chief-auditor')).json);
    expect(items).toMatchObject([{ kind: 'overdue', asked: { caller: 'commendation' }, results: 0 }]);
    problemIn(await api.get('/v1/feedback/overdue?caller=procurement', 'grants'), 403, 'forbidden');
    problemIn(await api.get('/v1/feedback/overdue', 'auditor'), 400, 'invalid-request');
  });

  test('has every caller’s restrictions, but for those that were answered before the stream told of them', async () => {
    await vi.waitFor(async () => expect(await overdueIds('grants')).toEqual([unanswered]), PATIENCE);
  });

  test('leaves out a restriction that was asked for wrongly, also when its annulment is sent again', async () => {
    await vi.waitFor(async () => expect(await overdueIds('grants')).toEqual([unanswered]), PATIENCE);
    expect(await annulledTwice(unanswered, 'grants')).toEqual([201, 409]);
    expect(await overdueIds('grants')).toEqual([]);
  });
});
