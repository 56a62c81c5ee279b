import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { type Answer, answerIn, detailIn, faultsIn, problemIn } from './shapes.ts';

const START = new Date('2026-11-21T02:00:00.000Z');
const MINUTE = 60_000;
const PRINCIPAL = { scheme: 'uscc', id: SAMPLE.principal };

let api: ApiClient;
let clock: TestClock;
let references = 0;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(START));
});
afterAll(() => api?.stack.stop());

const at = (minutes: number) => new Date(clock.now + minutes * MINUTE).toISOString();
const later = (minutes: number) => {
  clock.now += minutes * MINUTE;
};

const checked = async (subject: unknown, changes: Record<string, unknown> = {}, as = 'procurement'): Promise<Answer> =>
  answerIn(await api.check(question(subject, changes), {}, as));

const nextReference = (): string => {
  references += 1;
  return `R-${references}`;
};

/** What fits the check, but for what a test changes. */
const grantOn = ({ id, matter, verdicts }: Answer, changes: Record<string, unknown> = {}) => ({
  checkId: id,
  subject: { scheme: 'uscc', id: verdicts[0]?.subject.id },
  principal: PRINCIPAL,
  matter: { id: matter.id },
  grantedAt: at(0),
  reference: nextReference(),
  ...changes,
});
const report = (body: unknown, as = 'procurement') => api.call('POST', '/v1/grants', { as, body });
const append = (id: string, kind: string, body: unknown) =>
  api.call('POST', `/v1/checks/${id}/${kind}`, { as: 'procurement', body });

describe('the outcome decides, by the contract’s table', () => {
  test.each([
    ['pass', organisation(1), {}],
    ['favour', SAMPLE.favour, {}],
    ['warn', SAMPLE.warn, { acknowledged: true }],
  ])('%s may be granted', async (outcome, subject, more) => {
    const check = await checked(subject);
    expect(check.outcome).toBe(outcome);
    later(1);
    const body = grantOn(check, more);
    const reply = await report(body);
    expect(reply.status, reply.text).toBe(201);
    expect(reply.json).toMatchObject({ checkId: check.id, reference: body.reference, outcome, grantedAt: at(0) });
    const detail = await api.get(`/v1/checks/${check.id}`, 'auditor');
    expect(detail.json).toMatchObject({ grants: [{ reference: body.reference, by: { person: 'purchaser-li' } }] });
    expect(detailIn(detail)).toMatchObject({ outcome, determinations: [] });
  });

  test('restrict with the condition stated', async () => {
    const setting = { scene: 'fiscal-fund' };
    const check = await checked(SAMPLE.restrictInFunds, setting, 'grants');
    expect(check.outcome).toBe('restrict');
    problemIn(await report(grantOn(check), 'grants'), 409, 'conflict');
    const reply = await report(grantOn(check, { condition: '分期拨付，逐笔核验' }), 'grants');
    expect(reply).toMatchObject({ status: 201, json: { condition: '分期拨付，逐笔核验' } });
  });

  test('warn unacknowledged is refused, and veto always', async () => {
    problemIn(await report(grantOn(await checked(SAMPLE.warn))), 409, 'conflict');
    const veto = await checked(SAMPLE.veto);
    for (const more of [{}, { acknowledged: true }, { condition: '无' }]) {
      const problem = problemIn(await report(grantOn(veto, more)), 409, 'conflict');
      expect(problem.detail).toContain('veto');
    }
  });

  test('indeterminate once determined, and by the last determination', async () => {
    const check = await checked(SAMPLE.indeterminate);
    expect(check.outcome).toBe('indeterminate');
    const early = at(0);
    problemIn(await report(grantOn(check)), 409, 'conflict');
    later(2);
    const decide = (decision: string) => append(check.id, 'determination', { decision, ground: '经核实' });
    expect((await decide('may-grant')).status).toBe(201);
    later(1);
    problemIn(await report(grantOn(check, { grantedAt: early })), 409, 'conflict');
    expect((await decide('must-not-grant')).status).toBe(201);
    problemIn(await report(grantOn(check)), 409, 'conflict');
    later(1);
    expect((await decide('may-grant')).status).toBe(201);
    later(1);
    expect((await report(grantOn(check))).status).toBe(201);
  });

  test('none once annulled, which happens once', async () => {
    const check = await checked(organisation(2));
    expect(await append(check.id, 'annulment', { ground: '标段填错' })).toMatchObject({
      status: 201,
      json: { checkId: check.id, ground: '标段填错', by: { person: 'purchaser-li' } },
    });
    problemIn(await report(grantOn(check)), 409, 'conflict');
    problemIn(await append(check.id, 'annulment', { ground: '再次' }), 409, 'conflict');
    const foreign = await api.call('POST', `/v1/checks/${check.id}/annulment`, { as: 'grants', body: { ground: 'x' } });
    problemIn(foreign, 404, 'not-found');
  });

  test('an annulled check is not determined any more, and one that was determined is of no use once annulled', async () => {
    const body = { decision: 'may-grant', ground: '经核实' };
    const check = await checked(SAMPLE.indeterminate);
    expect((await append(check.id, 'determination', body)).status).toBe(201);
    expect((await append(check.id, 'annulment', { ground: '标段填错' })).status).toBe(201);
    expect(problemIn(await append(check.id, 'determination', body), 409, 'conflict').detail).toContain('作废');
    problemIn(await report(grantOn(check)), 409, 'conflict');
    expect(detailIn(await api.get(`/v1/checks/${check.id}`, 'auditor')).determinations).toHaveLength(1);
  });
});

describe('a check of something else', () => {
  test.each<[string, (check: Answer) => Record<string, unknown>]>([
    ['subject', () => ({ subject: { scheme: 'uscc', id: organisation(77) } })],
    ['scheme and subject', () => ({ subject: { scheme: 'org-name', id: '样例有限公司' } })],
    ['principal', () => ({ principal: { scheme: 'uscc', id: organisation(78) } })],
    ['matter', () => ({ matter: { id: 'T-2' } })],
    ['scene', () => ({ scene: 'tendering' })],
    ['moment, before it', ({ checkedAt }) => ({ grantedAt: new Date(Date.parse(checkedAt) - 1).toISOString() })],
    ['moment, ahead', () => ({ grantedAt: at(10) })],
  ])('is refused: another %s', async (_, changes) => {
    const check = await checked(organisation(3));
    problemIn(await report(grantOn(check, changes(check))), 409, 'conflict');
  });

  test('is refused when it has expired at the grant, not at the report', async () => {
    const soon = at(10);
    const check = await checked(organisation(4), { matter: { id: 'T-1', cutoffAt: soon } });
    expect(check.expiresAt).toBe(soon);
    const granted = at(5);
    later(30);
    problemIn(await report(grantOn(check, { grantedAt: soon })), 409, 'conflict');
    expect((await report(grantOn(check, { grantedAt: granted }))).status).toBe(201);
  });

  test('of one lot covers that lot, and of the whole matter each', async () => {
    const lot = await checked(organisation(5), { matter: { id: 'T-1', lot: '1' } });
    problemIn(await report(grantOn(lot)), 409, 'conflict');
    problemIn(await report(grantOn(lot, { matter: { id: 'T-1', lot: '2' } })), 409, 'conflict');
    expect((await report(grantOn(lot, { matter: { id: 'T-1', lot: '1' } }))).status).toBe(201);
    const whole = await checked(organisation(5));
    expect((await report(grantOn(whole, { matter: { id: 'T-1', lot: '2' } }))).status).toBe(201);
  });

  test('is not found: another caller’s, or none', async () => {
    const check = await checked(organisation(6));
    problemIn(await report(grantOn(check), 'grants'), 404, 'not-found');
    problemIn(await report(grantOn(check, { checkId: 'AAAAAAAAAAAAAAAAAAAAAA' })), 404, 'not-found');
  });

  test('a refused attempt is no check', async () => {
    const { attemptId } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
    problemIn(await report(grantOn(await checked(organisation(7)), { checkId: attemptId })), 409, 'conflict');
  });
});

test('the old organisation code and the new code are one subject; a member stands for its consortium', async () => {
  const check = await checked(undefined, consortium(organisation(8), organisation(9)));
  const subject = { scheme: 'org-code', id: organisation(9).slice(8, 17) };
  expect((await report(grantOn(check, { subject }))).status).toBe(201);
});

test('a person is matched by the number, which stands in no answer', async () => {
  const check = await checked(personSubject('110105194912310038'), { scene: 'government-procurement' });
  const { scheme, id } = personSubject('110105194912310038');
  const reply = await report(grantOn(check, { subject: { scheme, id } }));
  expect([check.outcome, reply.status]).toEqual(['pass', 201]);
  expect(reply.text).not.toContain(id);
  const other = grantOn(check, { subject: { scheme, id: SAMPLE.person } });
  problemIn(await report(other), 409, 'conflict');
});

describe('a reference', () => {
  test('is one grant: the same again, even at once, gives the same bytes; another body is refused', async () => {
    const check = await checked(organisation(10));
    const body = grantOn(check);
    const replies = await Promise.all([1, 2, 3].map(() => report(body)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 201]);
    expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
    const problem = problemIn(await report({ ...body, acknowledged: true }), 422, 'idempotency-mismatch');
    expect(problem.checkId).toBe(check.id);
    const detail = (await api.get(`/v1/checks/${check.id}`, 'procurement')).json;
    expect(detail).toMatchObject({ grants: [expect.objectContaining({ reference: body.reference })] });
  });

  test('is each caller’s own', async () => {
    const own = grantOn(await checked(organisation(11)));
    const other = grantOn(await checked(organisation(11), { scene: 'fiscal-fund' }, 'grants'), {
      reference: own.reference,
    });
    expect([(await report(own)).status, (await report(other, 'grants')).status]).toEqual([201, 201]);
  });
});

test('a refused grant is in the register of violations', async () => {
  const check = await checked(SAMPLE.veto);
  later(1);
  const body = grantOn(check);
  await report(body);
  expect((await api.get('/v1/violations?limit=1', 'auditor')).json).toMatchObject({
    items: [
      { kind: 'grant-refused', who: { caller: 'procurement' }, what: { checkId: check.id, reference: body.reference } },
    ],
  });
});

describe('a bad report', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['without a subject', { subject: undefined }, ['/subject missing']],
    ['with a field more', { outcome: 'pass' }, ['/outcome unknown-field']],
    ['with a local time', { grantedAt: '2026-11-21T10:00:00' }, ['/grantedAt wrong-format']],
    ['with a resident’s number in it', { condition: '11010519491231002X' }, ['/condition personal-number']],
  ])('%s is refused', async (_, changes, faults) => {
    const body = { ...grantOn(await checked(organisation(12))), ...changes };
    expect(faultsIn(problemIn(await report(body), 400, 'invalid-request'))).toEqual(faults);
  });

  test('with a malformed code says so, and by whom it may not be sent', async () => {
    const check = await checked(organisation(13));
    problemIn(await report(grantOn(check, { subject: { scheme: 'uscc', id: '9135' } })), 422, 'invalid-identifier');
    for (const client of ['auditor', 'admin', 'steward-court'])
      problemIn(await report(grantOn(check), client), 403, 'forbidden');
  });
});
