import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, faultsIn, itemsIn, pageIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const setting = (matter: string) => {
  const { subjects: _, ...rest } = question(undefined, { matter: { id: matter } });
  return rest;
};
const one = (ref: string, id: string) => ({ ref, subjects: [{ scheme: 'uscc', id }] });

const batch = (body: unknown, headers: Record<string, string> = {}, as = 'procurement') =>
  api.call('POST', '/v1/check-batches', { as, body, headers });

test('each item is a check of its own, in the order asked, and on record by itself', async () => {
  const items = [
    one('a', organisation(1)),
    one('b', SAMPLE.veto),
    { ref: 'c', ...consortium(organisation(2), SAMPLE.warn) },
    { ref: 'd', subjects: [personSubject()] },
  ];
  const reply = await batch({ ...setting('B-1'), items }, { 'accept-language': 'en' });
  const answered = itemsIn(reply);
  expect(answered.map(({ ref, check }) => [ref, check?.outcome])).toEqual([
    ['a', 'pass'],
    ['b', 'veto'],
    ['c', 'warn'],
    ['d', 'indeterminate'],
  ]);
  expect(new Set(answered.map(({ check }) => check?.id)).size).toBe(4);
  for (const { check } of answered) {
    expect(check?.statement).toMatch(/^As of/);
    const record = await api.get(`/v1/checks/${check?.id}`, 'procurement');
    expect(record.json).toMatchObject({ id: check?.id, outcome: check?.outcome, matter: { id: 'B-1' } });
  }
  expect(pageIn(await api.get('/v1/checks?matter=B-1', 'procurement')).items).toHaveLength(4);
});

test('a bad item is its own problem', async () => {
  const items = [
    one('good', organisation(3)),
    { ref: 'two-without-consortium', subjects: consortium(organisation(1), organisation(2)).subjects },
    one('bad-code', '91350100M000100Y4A'),
    { ...one('unknown-field', organisation(4)), colour: 'red' },
    { ref: 'no-subjects' },
    { ref: 'no-basis', subjects: [{ scheme: 'resident-id', id: SAMPLE.person }] },
  ];
  const answered = itemsIn(await batch({ ...setting('B-2'), items }));
  expect(answered.map(({ ref }) => ref)).toEqual(items.map(({ ref }) => ref));
  expect(answered.map(({ check, problem }) => check?.outcome ?? problem?.type.split(':').at(-1))).toEqual([
    'pass',
    'invalid-request',
    'invalid-identifier',
    'invalid-request',
    'invalid-request',
    'invalid-request',
  ]);
  expect(answered.map(({ problem }) => problem && faultsIn(problem))).toEqual([
    undefined,
    ['/consortium consortium-required'],
    ['/subjects/0/id check-digit'],
    ['/colour unknown-field'],
    ['/subjects missing'],
    ['/subjects/0/basis basis-required'],
  ]);
  expect(answered[2]?.problem?.attemptId).toEqual(expect.any(String));
});

test('keys are <key>/<ref>: of the batch again, and of a check alone', async () => {
  const items = [one('a', organisation(5)), one('b', SAMPLE.veto)];
  const headers = { 'idempotency-key': 'batch-1' };
  const first = await batch({ ...setting('B-3'), items }, headers);
  const again = await batch({ ...setting('B-3'), items: [...items, one('c', organisation(6))] }, headers);
  expect(itemsIn(again).slice(0, 2)).toEqual(itemsIn(first));
  const alone = await api.check(
    { ...setting('B-3'), subjects: items[0]?.subjects },
    { 'idempotency-key': 'batch-1/a' },
  );
  expect(alone.status).toBe(200);
  expect(first.text).toContain(alone.text);
  expect(pageIn(await api.get('/v1/checks?matter=B-3', 'procurement')).items).toHaveLength(3);
});

test('an item under a used key with another body is that item’s mismatch', async () => {
  const headers = { 'idempotency-key': 'batch-2' };
  await batch({ ...setting('B-4'), items: [one('a', organisation(5)), one('b', organisation(6))] }, headers);
  const again = itemsIn(
    await batch({ ...setting('B-4'), items: [one('a', organisation(5)), one('b', SAMPLE.veto)] }, headers),
  );
  expect(again[0]?.check?.outcome).toBe('pass');
  expect(again[1]?.problem?.type).toBe('urn:grantgate:problem:idempotency-mismatch');
});

test('a ref stands once', async () => {
  const items = [one('a', organisation(1)), one('a', organisation(2))];
  expect(faultsIn(problemIn(await batch({ ...setting('B-5'), items }), 400, 'invalid-request'))).toEqual([
    '/items/1/ref duplicate-ref',
  ]);
});

test('100 items are answered, 101 and none are refused', async () => {
  const items = Array.from({ length: 101 }, (_, index) => one(`r${index}`, organisation(1_000 + index)));
  const hundred = itemsIn(await batch({ ...setting('B-6'), items: items.slice(0, 100) }));
  expect(hundred.map(({ ref, check }) => [ref, check?.outcome])).toEqual(
    items.slice(0, 100).map(({ ref }) => [ref, 'pass']),
  );
  expect(new Set(hundred.map(({ check }) => check?.id)).size).toBe(100);
  expect(faultsIn(problemIn(await batch({ ...setting('B-6'), items }), 400, 'invalid-request'))).toEqual([
    '/items too-large',
  ]);
  expect(faultsIn(problemIn(await batch({ ...setting('B-6'), items: [] }), 400, 'invalid-request'))).toEqual([
    '/items too-small',
  ]);
});

test('what is wrong with the whole is told once, with every fault', async () => {
  const { operator: _, ...rest } = setting('B-7');
  const reply = await batch({ ...rest, colour: 1, items: [one('a', organisation(1))] });
  expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/colour unknown-field', '/operator missing']);
});

test('an item’s key is as long as a key may be', async () => {
  const items = [one('r'.repeat(64), organisation(1))];
  const key = 'k'.repeat(128);
  const first = itemsIn(await batch({ ...setting('B-8'), items }, { 'idempotency-key': key }));
  const again = itemsIn(await batch({ ...setting('B-8'), items }, { 'idempotency-key': key }));
  expect(again[0]?.check?.id).toBe(first[0]?.check?.id);
});

test('a scene that is not the caller’s is each item’s forbidden, and nothing is recorded', async () => {
  const items = [one('a', organisation(1))];
  const reply = await batch({ ...setting('B-9'), scene: 'fiscal-fund', items });
  if (reply.status === 200) expect(itemsIn(reply)[0]?.problem?.type).toBe('urn:grantgate:problem:forbidden');
  else problemIn(reply, 403, 'forbidden');
  expect(pageIn(await api.get('/v1/checks?matter=B-9', 'procurement')).items).toEqual([]);
});

test('counts every item against the quota', async () => {
  const change = { quota: { perSecond: 0.01, burst: 3 } };
  await api.call('PATCH', '/v1/callers/grants', { as: 'admin', body: change });
  const items = [one('a', organisation(1)), one('b', organisation(2)), one('c', organisation(3))];
  const body = { ...setting('B-10'), scene: 'fiscal-fund', items };
  expect((await batch(body, {}, 'grants')).status).toBe(200);
  const over = await batch({ ...body, items: items.slice(0, 1) }, {}, 'grants');
  problemIn(over, 429, 'too-many-requests');
  expect(Number(over.headers.get('retry-after'))).toBe(100);
});

test('a check alone still has its own shape', async () => {
  expect(answerIn(await api.check(question(SAMPLE.favour))).outcome).toBe('favour');
});
