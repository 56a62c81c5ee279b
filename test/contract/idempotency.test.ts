import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn, pageIn, problemIn } from './shapes.ts';

const HOUR = 3_600_000;

describe('a retry under the same key', () => {
  let api: ApiClient;
  beforeAll(async () => {
    api = await startSampleStack();
  });
  afterAll(() => api?.stack.stop());

  const withKey = (key: string, headers = {}) => ({ 'idempotency-key': key, ...headers });

  test.each([
    ['one subject', question(SAMPLE.vetoAndExpired)],
    ['a consortium', question(undefined, consortium(organisation(1), SAMPLE.veto, organisation(2)))],
    ['a person', question(personSubject())],
  ])('gets the same bytes, 200 and Idempotency-Replayed: %s', async (what, body) => {
    const first = await api.check(body, withKey(`same-${what.length}`));
    const again = await api.check(body, withKey(`same-${what.length}`));
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.text).toBe(first.text);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
  });

  test('gets the first language', async () => {
    const first = await api.check(question(), withKey('language', { 'accept-language': 'en' }));
    const again = await api.check(question(), withKey('language', { 'accept-language': 'zh-CN' }));
    expect(again.status).toBe(200);
    expect(again.text).toBe(first.text);
    expect(answerIn(again).statement).toMatch(/^As of/);
  });

  test('may write the same body otherwise', async () => {
    const body = question();
    const first = await api.check(body, withKey('spelling'));
    const reordered = Object.fromEntries(Object.entries(body).reverse());
    const again = await api.check(JSON.stringify(reordered, null, 4), withKey('spelling'));
    expect(again.text).toBe(first.text);
  });

  test.each([
    ['another subject', question(organisation(3))],
    ['another scene', question(organisation(1), { scene: 'tendering' })],
    ['another matter', question(organisation(1), { matter: { id: 'T-2' } })],
    ['one field more', question(organisation(1), { matter: { id: 'T-1', lot: '1' } })],
    ['a consortium', question(undefined, consortium(organisation(1), organisation(2)))],
    ['a person', question(personSubject())],
  ])('with another body is a mismatch: %s', async (what, body) => {
    const key = `mismatch-${what}`.replaceAll(' ', '-');
    const first = await api.check(question(organisation(1)), withKey(key));
    expect(first.status).toBe(201);
    problemIn(await api.check(body, withKey(key)), 422, 'idempotency-mismatch');
    // And the other way round: the first answer was several items.
    expect((await api.check(body, withKey(`${key}-back`))).status).toBe(201);
    problemIn(await api.check(question(organisation(1)), withKey(`${key}-back`)), 422, 'idempotency-mismatch');
    expect((await api.check(question(organisation(1)), withKey(key))).text).toBe(first.text);
  });

  test('of another caller is another key', async () => {
    const body = (scene: string) => question(organisation(4), { scene });
    const mine = await api.check(body('tendering'), withKey('shared'));
    const theirs = await api.check(body('fiscal-fund'), withKey('shared'), 'grants');
    expect([mine.status, theirs.status]).toEqual([201, 201]);
    expect(answerIn(theirs).id).not.toBe(answerIn(mine).id);
  });

  test('is refused to a caller that was suspended meanwhile', async () => {
    const body = question(organisation(5), { scene: 'commendation' });
    expect((await api.check(body, withKey('suspended'), 'commendation')).status).toBe(201);
    const change = (state: string) => api.call('PATCH', '/v1/callers/commendation', { as: 'admin', body: { state } });
    expect((await change('suspended')).status).toBe(200);
    problemIn(await api.check(body, withKey('suspended'), 'commendation'), 403, 'forbidden');
    problemIn(await api.check(body, {}, 'commendation'), 403, 'forbidden');
    expect((await change('active')).status).toBe(200);
    expect((await api.check(body, withKey('suspended'), 'commendation')).status).toBe(200);
  });

  test('takes every visible ASCII character, and 128 of them', async () => {
    const visible = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
    for (const key of [visible, 'k'.repeat(128), '!', '#', '%23']) {
      const first = await api.check(question(), withKey(key));
      expect([key, first.status]).toEqual([key, 201]);
      expect((await api.check(question(), withKey(key))).text).toBe(first.text);
    }
  });

  test('without a key is a check of its own', async () => {
    const matter = { id: 'no-key' };
    const replies = [
      await api.check(question(undefined, { matter })),
      await api.check(question(undefined, { matter })),
    ];
    expect(replies.map(({ status }) => status)).toEqual([201, 201]);
    expect(pageIn(await api.get('/v1/checks?matter=no-key', 'procurement')).items).toHaveLength(2);
  });

  test('at once gets one record and the same bytes', async () => {
    for (const [index, body] of [
      question(undefined, { matter: { id: 'at-once-0' } }),
      question(undefined, {
        ...consortium(organisation(1), organisation(2), organisation(3)),
        matter: { id: 'at-once-1' },
      }),
      question(personSubject(), { matter: { id: 'at-once-2' } }),
    ].entries()) {
      const replies = await Promise.all(Array.from({ length: 20 }, () => api.check(body, withKey(`at-once-${index}`))));
      expect(replies.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      expect(pageIn(await api.get(`/v1/checks?matter=at-once-${index}`, 'procurement')).items).toHaveLength(1);
    }
  });
});

describe('the time in which a retry is answered', () => {
  const START = new Date('2026-11-21T01:00:00.000Z');
  let api: ApiClient;
  let clock: TestClock;
  beforeAll(async () => {
    ({ api, clock } = await startClockedStack(START));
  });
  afterAll(() => api?.stack.stop());

  /** From where the test starts: the clock only goes forward. */
  let start = START.getTime();
  beforeEach(() => {
    start = clock.now;
  });
  const at = (milliseconds: number, key: string, body: unknown = question()) => {
    clock.now = start + milliseconds;
    return api.check(body, { 'idempotency-key': key });
  };

  test('is 24 hours at most; then 409, naming the check', async () => {
    const first = await at(0, 'day');
    expect((await at(24 * HOUR - 1, 'day')).text).toBe(first.text);
    const problem = problemIn(await at(24 * HOUR, 'day'), 409, 'conflict');
    expect(problem.checkId).toBe(answerIn(first).id);
    expect(problem.detail).toContain(answerIn(first).id);
  });

  test('ends with the check’s expiresAt, when that is sooner', async () => {
    const cutoffAt = new Date(start + HOUR).toISOString();
    const body = question(undefined, { matter: { id: 'T-1', cutoffAt } });
    const first = await at(0, 'cut-off', body);
    expect(answerIn(first).expiresAt).toBe(cutoffAt);
    expect((await at(HOUR - 1, 'cut-off', body)).text).toBe(first.text);
    const problem = problemIn(await at(HOUR, 'cut-off', body), 409, 'conflict');
    expect(problem.checkId).toBe(answerIn(first).id);
  });

  test('does not turn another body into a conflict', async () => {
    await at(0, 'late-mismatch');
    problemIn(await at(25 * HOUR, 'late-mismatch', question(organisation(9))), 422, 'idempotency-mismatch');
  });

  test('is the same for a consortium', async () => {
    const body = question(undefined, consortium(organisation(1), organisation(2)));
    const first = await at(0, 'consortium', body);
    expect((await at(HOUR, 'consortium', body)).text).toBe(first.text);
    problemIn(await at(24 * HOUR, 'consortium', body), 409, 'conflict');
  });
});

test('a clock that steps back does not use up the quota', async () => {
  const { api, clock } = await startClockedStack(new Date('2026-11-21T01:00:00.000Z'));
  try {
    expect((await api.check(question())).status).toBe(201);
    clock.now -= 60_000;
    expect((await api.check(question())).status).toBe(201);
  } finally {
    await api.stack.stop();
  }
});
