import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type ApiClient, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

const DAY = 86_400_000;
const PATH = '/v1/callers/procurement';

let api: ApiClient;
let clock: TestClock;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-11-21T02:00:00.000Z')));
});
afterAll(() => api?.stack.stop());

const renew = (validUntil: string) => api.call('POST', `${PATH}/renewal`, { as: 'admin', body: { validUntil } });
const approve = () => api.call('POST', `${PATH}/approval`, { as: 'approver', body: {} });

test('a term is in force once another person approves it, ends with its last day, and is renewed, all on record', async () => {
  expect(await renew('2026-11-22')).toMatchObject({ status: 200, json: { renewal: { validUntil: '2026-11-22' } } });
  expect((await api.get(PATH, 'auditor')).json).not.toHaveProperty('validUntil');
  const approved = await approve();
  expect(approved).toMatchObject({ status: 200, json: { validUntil: '2026-11-22', state: 'active' } });
  expect(approved.json).not.toHaveProperty('renewal');
  problemIn(await approve(), 409, 'conflict');

  const doubtful = answerIn(await api.check(question(SAMPLE.indeterminate)));
  const determine = () =>
    api.call('POST', `/v1/checks/${doubtful.id}/determination`, {
      as: 'procurement',
      body: { decision: 'may-grant', ground: '罚款数额未达较大数额标准' },
    });
  clock.now = Date.parse('2026-11-22T15:59:59.999Z');
  expect((await api.check(question())).status).toBe(201);
  expect((await determine()).status).toBe(201);
  clock.now += 1;
  expect(problemIn(await determine(), 403, 'forbidden').detail).toContain('2026-11-22');
  expect(problemIn(await api.check(question()), 403, 'forbidden').detail).toContain('2026-11-22');

  problemIn(await renew('2026-11-22'), 409, 'conflict');
  expect((await renew('2027-11-22')).status).toBe(200);
  problemIn(await api.check(question()), 403, 'forbidden');
  clock.now += 1_000;
  expect((await approve()).status).toBe(200);
  expect((await api.check(question())).status).toBe(201);

  const { json } = await api.get(PATH, 'auditor');
  expect(json).toMatchObject({
    validUntil: '2027-11-22',
    history: [
      { kind: 'renewal-applied', by: { person: 'administrator-xu' } },
      { kind: 'renewal-approved', by: { person: 'director-zhou' }, caller: { validUntil: '2026-11-22' } },
      { kind: 'renewal-applied' },
      { kind: 'renewal-approved', caller: { validUntil: '2027-11-22' } },
    ],
  });
});

test('an application, its approval and a change are on record, and every caller is listed', async () => {
  const application = {
    id: 'land-office',
    name: '土地出让系统',
    organisation: '样例自然资源局',
    scenes: ['land'],
    quota: { perSecond: 5, burst: 10 },
    validUntil: '2027-01-01',
  };
  await api.call('POST', '/v1/callers', { as: 'admin', body: application });
  clock.now += DAY;
  await api.call('POST', '/v1/callers/land-office/approval', { as: 'approver', body: {} });
  clock.now += DAY;
  await api.call('PATCH', '/v1/callers/land-office', { as: 'admin', body: { state: 'suspended' } });
  expect((await api.get('/v1/callers/land-office', 'admin')).json).toMatchObject({
    state: 'suspended',
    validUntil: '2027-01-01',
    history: [{ kind: 'applied' }, { kind: 'approved' }, { kind: 'changed', caller: { state: 'suspended' } }],
  });
  const { json } = await api.get('/v1/callers', 'auditor');
  expect(json).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: 'land-office' })]) });
});

test('whose permission ends by a day is listed, the soonest first; whoever has no last day never is', async () => {
  const apply = async (id: string, validUntil?: string) => {
    const body = {
      ...{ id, name: '系统', organisation: '样例单位', scenes: ['land'], quota: { perSecond: 1, burst: 1 } },
      ...(validUntil !== undefined && { validUntil }),
    };
    expect((await api.call('POST', '/v1/callers', { as: 'admin', body })).status).toBe(201);
  };
  await apply('later', '2031-01-02');
  await apply('soon', '2031-01-01');
  await apply('soonest', '2030-12-31');
  await apply('unbounded');
  const ending = async (day: string) => {
    const { json } = await api.get(`/v1/callers?endsBy=${day}`, 'admin');
    const { items } = z.object({ items: z.array(z.object({ id: z.string() })) }).parse(json);
    return items.map(({ id }) => id);
  };
  const before = await ending('2030-12-30');
  expect(before).not.toContain('soonest');
  expect(await ending('2031-01-01')).toEqual([...before, 'soonest', 'soon']);
  expect(await ending('9999-12-31')).not.toContain('unbounded');
  expect(faultsIn(problemIn(await api.get('/v1/callers?endsBy=2031-02-30', 'admin'), 400, 'invalid-request'))).toEqual([
    '/endsBy not-allowed',
  ]);
});

test('nobody approves their own application or renewal', async () => {
  const both = { as: 'admin', body: {} };
  problemIn(await api.call('POST', '/v1/callers/soon/approval', both), 403, 'forbidden');
  problemIn(await api.call('POST', '/v1/callers/nobody/approval', { as: 'approver', body: {} }), 404, 'not-found');
  problemIn(await api.call('POST', '/v1/callers/soon/renewal', { as: 'procurement', body: {} }), 403, 'forbidden');
  const early = { as: 'admin', body: { validUntil: '2032-01-01' } };
  expect(problemIn(await api.call('POST', '/v1/callers/soon/renewal', early), 409, 'conflict').detail).toContain(
    'pending',
  );
});

test.each(['/v1/callers', PATH])('%s is not a caller’s to read', async (path) => {
  problemIn(await api.get(path, 'procurement'), 403, 'forbidden');
});

test('nobody renews what is not there', async () => {
  const reply = await api.call('POST', '/v1/callers/nobody/renewal', {
    as: 'admin',
    body: { validUntil: '2027-01-01' },
  });
  problemIn(reply, 404, 'not-found');
  problemIn(await api.get('/v1/callers/nobody', 'admin'), 404, 'not-found');
});
