import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { Listing } from '../../lib/listing/standing.ts';
import { advance, unknownSubject } from '../../lib/listing/transition.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { keyOf, listing, SIGNED } from '../conformance/samples.ts';
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
const grantOn = ({ id, matter, scene, verdicts }: Answer, changes: Record<string, unknown> = {}) => ({
  checkId: id,
  subject: { scheme: 'uscc', id: verdicts[0]?.subject.id },
  principal: PRINCIPAL,
  matter: { id: matter.id },
  scene,
  grantedAt: at(0),
  reference: nextReference(),
  ...changes,
});
const report = (body: unknown, as = 'procurement') => api.call('POST', '/v1/grants', { as, body });
const append = (id: string, kind: string, body: unknown) =>
  api.call('POST', `/v1/checks/${id}/${kind}`, { as: 'procurement', body });

/** A listing that vetoes in procurement comes into force now. */
async function listed(code: string): Promise<void> {
  const client = localClient(api.stack.endpoint);
  const event = { type: 'listed' as const, listing: Listing.parse(listing(`listing-of-${code}`)) };
  const change = advance(unknownSubject({ scheme: 'uscc', code }), [event], SIGNED, instant(clock.now));
  await new DynamoStandingStore(client, api.stack.registryTable).commit([
    { key: keyOf(code), change, documents: [], names: [] },
  ]);
  client.destroy();
}
/** What an auditor's list says of the very same grant, which names its check. */
async function listedAs({ checkId, subject, matter, scene, grantedAt }: ReturnType<typeof grantOn>): Promise<string> {
  const line = {
    ...{ subjectScheme: subject.scheme, subjectId: subject.id, principalId: SAMPLE.principal },
    ...{ matter: matter.id, scene, grantedAt, checkId },
  };
  const headers = { 'content-type': 'application/x-ndjson' };
  const reply = await api.call('POST', '/v1/reconciliations', {
    as: 'auditor',
    body: `${JSON.stringify(line)}\n`,
    headers,
  });
  const { findings } = z.object({ findings: z.array(z.object({ kind: z.string() })) }).parse(reply.json);
  return findings[0]?.kind ?? 'fine';
}

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

  test('what was determined or annulled after the grant changes nothing about it, for the gate and for a list', async () => {
    const check = await checked(SAMPLE.indeterminate, { matter: { id: 'T-LATE' } });
    const decide = (decision: string) => append(check.id, 'determination', { decision, ground: '经核实' });
    expect((await decide('may-grant')).status).toBe(201);
    later(1);
    const grant = grantOn(check);
    later(1);
    expect((await decide('must-not-grant')).status).toBe(201);
    expect((await append(check.id, 'annulment', { ground: '标段填错' })).status).toBe(201);
    expect(await listedAs(grant)).toBe('fine');
    const reply = await report(grant);
    expect(reply.status, reply.text).toBe(201);
    const tooLate = grantOn(check);
    expect(await listedAs(tooLate)).toBe('on-annulled-check');
    problemIn(await report(tooLate), 409, 'conflict');
  });

  test('a veto stays one when it is annulled, and its annulment brings no check before it back', async () => {
    const code = organisation(30);
    const cleared = await checked(code);
    later(1);
    await listed(code);
    const vetoed = await checked(code);
    expect([cleared.outcome, vetoed.outcome]).toEqual(['pass', 'veto']);
    expect((await append(vetoed.id, 'annulment', { ground: '不应查询' })).status).toBe(201);
    later(1);
    for (const on of [cleared, vetoed]) {
      const grant = grantOn(on);
      problemIn(await report(grant), 409, 'conflict');
      expect(await listedAs(grant)).toBe('after-veto');
    }
  });

  test('the last check of the matter before the grant has the last word, and says nothing of whose it is', async () => {
    const code = organisation(31);
    const cleared = await checked(code);
    later(1);
    const granted = grantOn(cleared);
    await listed(code);
    later(1);
    const vetoed = await checked(code);
    later(1);
    const refused = problemIn(await report(grantOn(cleared)), 409, 'conflict');
    expect(refused.detail).toContain('另有一次更晚的核查');
    expect(refused.detail).not.toContain(vetoed.id);
    // What was granted before it was vetoed may be reported after.
    expect(await listedAs(granted)).toBe('fine');
    const reported = await report(granted);
    // That it was, the caller says: whoever looks at the record sees what was known by then.
    expect(reported).toMatchObject({ status: 201, json: { grantedAt: granted.grantedAt, reportedAfterVeto: true } });
    const { json } = await api.get(`/v1/checks/${cleared.id}`, 'auditor');
    expect(json).toMatchObject({ grants: [{ reference: granted.reference, reportedAfterVeto: true }] });
  });

  test('a late report bears no mark for a veto of another matter, or where nothing was vetoed', async () => {
    const code = organisation(133);
    const cleared = await checked(code);
    later(1);
    const granted = grantOn(cleared);
    later(1);
    await checked(code);
    await listed(code);
    await checked(code, { matter: { id: 'T-ELSEWHERE' } });
    await checked(code, { scene: 'tendering' });
    later(1);
    const reported = await report(granted);
    expect(reported.status).toBe(201);
    expect(reported.json).not.toHaveProperty('reportedAfterVeto');
  });

  test('a late report bears the mark for a member of its consortium that was vetoed by itself', async () => {
    const [x, y] = [organisation(136), organisation(137)];
    const cleared = await checked(undefined, consortium(x, y));
    later(1);
    const granted = grantOn(cleared, { subject: { scheme: 'uscc', id: x } });
    later(1);
    await listed(y);
    expect((await checked(y)).outcome).toBe('veto');
    expect((await report(granted)).json).toMatchObject({ reportedAfterVeto: true });
  });

  test('a consortium’s veto is lifted by a fresh check of each member, and not of one alone', async () => {
    const [x, y] = [organisation(34), organisation(35)];
    const cleared = await checked(undefined, consortium(x, y));
    later(1);
    await listed(y);
    expect((await checked(undefined, consortium(x, y))).outcome).toBe('veto');
    later(1);
    expect((await checked(x)).outcome).toBe('pass');
    later(1);
    for (const id of [x, y]) {
      const grant = grantOn(cleared, { subject: { scheme: 'uscc', id } });
      problemIn(await report(grant), 409, 'conflict');
      expect(await listedAs(grant)).toBe('after-veto');
    }
  });

  test('a member that was vetoed alone bars its consortium, whichever member the grant names', async () => {
    const [x, y] = [organisation(36), organisation(37)];
    const cleared = await checked(undefined, consortium(x, y));
    later(1);
    await listed(y);
    expect((await checked(y)).outcome).toBe('veto');
    later(1);
    for (const id of [x, y]) {
      const grant = grantOn(cleared, { subject: { scheme: 'uscc', id } });
      problemIn(await report(grant), 409, 'conflict');
      expect(await listedAs(grant)).toBe('after-veto');
    }
  });

  test('to leave the lot out hides no veto in a lot', async () => {
    const code = organisation(38);
    const cleared = await checked(code);
    later(1);
    await listed(code);
    const lotted = await checked(code, { matter: { id: cleared.matter.id, lot: '1' } });
    expect(lotted.outcome).toBe('veto');
    later(1);
    problemIn(await report(grantOn(cleared)), 409, 'conflict');
    expect(await listedAs(grantOn(cleared))).toBe('in-several-lots');
    problemIn(await report(grantOn(cleared, { matter: { id: cleared.matter.id, lot: '1' } })), 409, 'conflict');
    // Of another lot than the one that was vetoed since, the check of the whole matter is still the last word.
    expect((await report(grantOn(cleared, { matter: { id: cleared.matter.id, lot: '2' } }))).status).toBe(201);
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

/** Another region before the same 主体标识码. */
const twinOf = (code: string): string => {
  const body = `91350100${code.slice(8, 17)}`;
  return body + usccCheckCharacter(body);
};

describe('a check of something else', () => {
  test.each<[string, (check: Answer) => Record<string, unknown>]>([
    ['subject', () => ({ subject: { scheme: 'uscc', id: organisation(77) } })],
    ['scheme and subject', () => ({ subject: { scheme: 'org-name', id: '样例有限公司' } })],
    ['principal', () => ({ principal: { scheme: 'uscc', id: organisation(78) } })],
    ['matter', () => ({ matter: { id: 'T-2' } })],
    ['scene', () => ({ scene: 'tendering' })],
    ['moment, before it', ({ checkedAt }) => ({ grantedAt: new Date(Date.parse(checkedAt) - 1).toISOString() })],
    ['moment, ahead', () => ({ grantedAt: at(2) })],
    ['full code with the same 主体标识码', () => ({ subject: { scheme: 'uscc', id: twinOf(organisation(3)) } })],
  ])('is refused: another %s', async (_, changes) => {
    const check = await checked(organisation(3));
    problemIn(await report(grantOn(check, changes(check))), 409, 'conflict');
  });

  test('a clock that is some seconds ahead is no violation', async () => {
    const check = await checked(organisation(32));
    expect((await report(grantOn(check, { grantedAt: at(1) }))).status).toBe(201);
  });

  test('the principal’s old code is the same principal', async () => {
    const principal = { scheme: 'org-code', id: SAMPLE.principal.slice(8, 17) };
    expect((await report(grantOn(await checked(organisation(33)), { principal }))).status).toBe(201);
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
    ['without its scene', { scene: undefined }, ['/scene missing']],
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

test('an expired registration grants nothing more; what it granted before, and what it owes, it may still report', async () => {
  const path = '/v1/callers/procurement';
  expect((await api.call('POST', `${path}/renewal`, { as: 'admin', body: { validUntil: '2026-11-22' } })).status).toBe(
    200,
  );
  expect((await api.call('POST', `${path}/approval`, { as: 'approver', body: {} })).status).toBe(200);
  const [clean, veto] = [await checked(organisation(40)), await checked(SAMPLE.veto)];
  clock.now = Date.parse('2026-11-22T15:59:59.999Z');
  const inTime = grantOn(clean);
  clock.now += 1;
  expect(problemIn(await report(grantOn(clean)), 403, 'forbidden').detail).toContain('2026-11-22');
  expect((await report(inTime)).status).toBe(201);
  expect((await append(veto.id, 'feedback', { carriedOut: true })).status).toBe(201);
});
