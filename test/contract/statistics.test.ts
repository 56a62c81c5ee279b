import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { tallierHandler } from '../../functions/tallier/handler.ts';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { Statistics } from '../../lib/check-log/statistics.ts';
import { talliesOf } from '../../lib/check-log/tallies.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoTallyStore } from '../../lib/dynamo/tally-store.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { type ClockedStack, startClockedStack, type TestClock } from './clocked.ts';
import { faultsIn, pageIn, problemIn } from './shapes.ts';

/** 31 October in Beijing. */
const START = new Date('2026-10-31T02:00:00.000Z');
const DAY = 86_400_000;
const HOUR = 3_600_000;

let api: ApiClient;
let clock: TestClock;
let client: DynamoDBClient;
let tally: ClockedStack['tally'];
beforeAll(async () => {
  ({ api, clock, tally } = await startClockedStack(START));
  client = dynamoClient({ endpoint: api.stack.endpoint, region: LOCAL_REGION });
  const checked = async (body: unknown, as = 'procurement') => {
    const { status, text } = await api.check(body, {}, as);
    expect(status, text).toBeLessThan(300);
  };
  await checked(question(SAMPLE.veto));
  await checked(question(SAMPLE.veto));
  await checked(question());
  await api.check(question('9135'));
  clock.now += DAY;
  await checked(question(undefined, consortium(SAMPLE.veto, SAMPLE.vetoAndExpired, organisation(2))));
  await checked(question(SAMPLE.restrictInFunds, { scene: 'fiscal-fund' }), 'grants');
  await checked(question([personSubject()]));
});
afterAll(async () => {
  client?.destroy();
  await api?.stack.stop();
});

const counting = () => ({
  log: new DynamoCheckLogReader(client, api.stack.checkLogTable),
  tallies: new DynamoTallyStore(client, api.stack.checkLogTable),
  callers: () => new DynamoCallerStore(client, api.stack.registryTable).ids(),
  recordKey: Buffer.from(api.stack.recordKey, 'base64'),
});

const PERIOD = { from: '2026-10-31', to: '2026-11-01' };
const ask = async (query: Record<string, string> = {}, as = 'auditor') => {
  const { status, json } = await api.get(`/v1/statistics?${new URLSearchParams({ ...PERIOD, ...query })}`, as);
  expect(status).toBe(200);
  return Statistics.parse(json);
};

describe('counts', () => {
  test('interceptions as events and as distinct subjects, over days and per day', async () => {
    const { totals, rows } = await ask({ by: 'day' });
    expect(totals).toMatchObject({ checks: 6, interceptions: 3 });
    expect(rows).toEqual([
      { key: { day: '2026-10-31' }, checks: 3, interceptions: 2, interceptedSubjects: 1 },
      { key: { day: '2026-11-01' }, checks: 3, interceptions: 1, interceptedSubjects: 2 },
    ]);
    // The one of the first day is one of the two of the second.
    expect(totals.interceptedSubjects).toBe(2);
  });

  test('by scene and outcome; a refused attempt is no check', async () => {
    const { rows } = await ask({ by: 'scene,outcome' });
    const counts = rows.map(({ key, checks }) => [key.scene, key.outcome, checks]);
    expect(counts).toContainEqual(['government-procurement', 'veto', 3]);
    expect(counts).toContainEqual(['fiscal-fund', 'restrict', 1]);
    expect(rows.reduce((sum, { checks }) => sum + checks, 0)).toBe(6);
  });

  test('by domain and measure: what carried the outcome, and null for what rests on no listing', async () => {
    const { rows } = await ask({ by: 'domain,measure' });
    const vetoing = rows.filter(({ interceptions }) => interceptions > 0);
    expect(vetoing.length).toBeGreaterThan(0);
    for (const { key } of vetoing) expect(key).toEqual({ domain: expect.any(String), measure: expect.any(String) });
    expect(rows).toContainEqual(
      expect.objectContaining({ key: { domain: null, measure: null }, interceptions: 0, interceptedSubjects: 0 }),
    );
  });

  test('a caller sees its own alone', async () => {
    expect((await ask({ by: 'caller' }, 'grants')).rows).toEqual([
      { key: { caller: 'grants' }, checks: 1, interceptions: 0, interceptedSubjects: 0 },
    ]);
    expect((await ask({ caller: 'grants' })).totals.checks).toBe(1);
    problemIn(await get({ ...PERIOD, caller: 'procurement' }, 'grants'), 403, 'forbidden');
    problemIn(await get(PERIOD, 'steward-court'), 403, 'forbidden');
  });
});

test('how much of the feedback that was asked for has been given, by caller', async () => {
  const { items } = z
    .object({ items: z.array(z.object({ id: z.string() })) })
    .parse((await api.get('/v1/checks?outcome=veto', 'procurement')).json);
  const [id, other] = items.map((each) => each.id);
  const given = { as: 'procurement', body: { carriedOut: true } };
  for (let times = 0; times < 2; times += 1) await api.call('POST', `/v1/checks/${id}/feedback`, given);
  const whole = [
    { caller: 'grants', asked: 1, answered: 0, annulled: 0 },
    { caller: 'procurement', asked: 3, answered: 1, annulled: 0 },
  ];
  expect((await ask({ feedback: 'true' })).feedback).toEqual(whole);
  expect((await ask({ feedback: 'true' }, 'procurement')).feedback).toEqual(whole.slice(1));
  // The newest interception is of the second day.
  const first = await ask({ to: PERIOD.from, feedback: 'true' });
  expect(first.feedback).toEqual([{ caller: 'procurement', asked: 2, answered: 0, annulled: 0 }]);
  // A restriction that was asked for wrongly owes nothing; a veto does, and what was answered before stays answered.
  for (const each of [id, other])
    await api.call('POST', `/v1/checks/${each}/annulment`, { as: 'procurement', body: { ground: '标段填错' } });
  expect((await ask({ feedback: 'true' }, 'procurement')).feedback).toEqual(whole.slice(1));
  const restricted = pageIn(await api.get('/v1/checks?outcome=restrict', 'grants')).items[0]?.id;
  await api.call('POST', `/v1/checks/${restricted}/annulment`, { as: 'grants', body: { ground: '标段填错' } });
  const annulled = { caller: 'grants', asked: 1, answered: 0, annulled: 1 };
  expect((await ask({ feedback: 'true' }, 'grants')).feedback).toEqual([annulled]);
  expect((await ask()).feedback).toBeUndefined();
});

const get = (query: Record<string, string>, as = 'auditor') =>
  api.get(`/v1/statistics?${new URLSearchParams(query)}`, as);

test.each([
  [{ from: '2026-11-01', to: '2026-10-31' }, '/to bad-period'],
  [{ from: '2025-10-31', to: '2026-11-01' }, '/to bad-period'],
  [{ from: '2026-02-29', to: '2026-03-01' }, '/from not-allowed'],
  [{ ...PERIOD, by: 'subject' }, '/by/0 unknown-value'],
  [{ ...PERIOD, by: 'scene,outcome,day' }, '/by too-large'],
  [{ ...PERIOD, by: 'scene,scene' }, '/by not-allowed'],
  [{ ...PERIOD, sample: '1' }, '/sample unknown-field'],
  [{ ...PERIOD, feedback: 'true', scene: 'land' }, '/feedback feedback-of-scene'],
  [{ from: '2026-10-31' }, '/to missing'],
])('%j is refused', async (query, fault) => {
  const faults = faultsIn(problemIn(await get(query), 400, 'invalid-request'));
  expect(faults).toEqual([fault]);
});

test('every look at statistics is on record', async () => {
  await ask({ by: 'measure' });
  const Looks = z.object({ items: z.array(z.object({ kind: z.string(), asked: z.record(z.string(), z.string()) })) });
  const { items } = Looks.parse((await api.get('/v1/looks?client=auditor', 'chief-auditor')).json);
  expect(items).toContainEqual({ kind: 'statistics', asked: { ...PERIOD, by: 'measure' } });
});

describe('when the days have closed', () => {
  test('the figures are final, and are read from what was kept; what comes later does not move them', async () => {
    const open = await ask({ by: 'domain,outcome' });
    expect([open.final, open.openDays]).toEqual([false, ['2026-11-01']]);
    clock.now = Date.parse('2026-11-02T00:00:00+08:00') + HOUR - 1;
    expect((await ask()).final).toBe(false);
    clock.now += 1;
    const { countedAt: _, final, openDays, ...figures } = await ask({ by: 'domain,outcome' });
    expect([final, openDays]).toEqual([true, []]);
    expect(figures).toEqual({ from: open.from, to: open.to, by: open.by, totals: open.totals, rows: open.rows });

    const back = clock.now;
    clock.now = Date.parse('2026-11-01T12:00:00+08:00');
    await api.check(question(SAMPLE.veto));
    clock.now = back;
    expect((await ask({ by: 'domain,outcome' })).totals).toEqual(open.totals);
  });

  test('a month, one dimension crossed with outcome, is read in at most 40 items', async () => {
    clock.now = Date.parse('2026-12-05T12:00:00+08:00');
    const month = { from: '2026-10-01', to: '2026-10-31', by: 'domain,outcome' };
    expect(await ask(month)).toMatchObject({ final: true, totals: { checks: 3 } });
    let [items, requests] = [0, 0];
    client.middlewareStack.add((next) => async (args) => {
      const reply = await next(args);
      const { Count = 0 } = z.object({ Count: z.number().optional() }).parse(reply.output);
      [items, requests] = [items + Count, requests + 1];
      return reply;
    });
    const tallies = await new DynamoTallyStore(client, api.stack.checkLogTable).between(
      Statistics.shape.from.parse(month.from),
      Statistics.shape.to.parse(month.to),
    );
    expect([tallies.length, items, requests]).toEqual([31, 31, 1]);
  });

  test('the schedule counts them before anybody asks, each once', async () => {
    clock.now = Date.parse('2026-12-15T12:00:00+08:00');
    await api.check(question());
    clock.now = Date.parse('2026-12-16T00:00:00+08:00') + HOUR - 1;
    // Of the last week, but for the day that is open until the next millisecond.
    expect(await tally()).toEqual({ counted: 6, unfinished: false });
    clock.now += 1;
    expect(await tally()).toEqual({ counted: 1, unfinished: false });
    expect(await tally()).toEqual({ counted: 0, unfinished: false });

    const day = { from: '2026-12-15', to: '2026-12-15' };
    const after = clock.now;
    clock.now = Date.parse('2026-12-15T13:00:00+08:00');
    await api.check(question());
    clock.now = after;
    expect(await ask(day)).toMatchObject({ final: true, totals: { checks: 1 } });
  });

  test('a run of the schedule that comes to its time keeps whole days alone, and the next one goes on', async () => {
    clock.now = Date.parse('2027-01-04T12:00:00+08:00');
    for (const subject of [organisation(3), organisation(4)]) await api.check(question(subject));
    clock.now = Date.parse('2027-01-10T12:00:00+08:00');
    /** For so many looks at the clock. */
    const run = (looks: number) => {
      let looked = 0;
      const tick = () => {
        looked += 1;
        return instant(clock.now + looked);
      };
      return tallierHandler({ ...counting(), clock: tick, budgetMs: looks })();
    };
    const callers = await counting().callers();
    expect(await run(0)).toEqual({ counted: 0, unfinished: true });
    // Each caller has two parts; the day of the checks, the second of the week, is left in its midst.
    expect(await run(callers.length * 4 - 1)).toEqual({ counted: 1, unfinished: true });
    expect(await run(1_000)).toEqual({ counted: 6, unfinished: false });
    const day = { from: '2027-01-04', to: '2027-01-04' };
    expect(await ask(day)).toMatchObject({ final: true, totals: { checks: 2 } });
  });

  test.each([
    ['2027-02-01', '2027-02-01T12:00:00+08:00', 'not closed'],
    ['2027-02-02', '2027-02-03T12:00:00+08:00', 'the schedule'],
  ])('a question that cannot be counted in time is answered so, naming the day: %s at %s', async (date, now, said) => {
    const day = CalendarDate.parse(date);
    const never = talliesOf({ from: day, to: day }, counting(), { now: instant(Date.parse(now)), isOver: () => true });
    await expect(never).rejects.toMatchObject({
      code: 'evidence-unavailable',
      detail: { en: expect.stringContaining(said), zh: expect.stringContaining(date) },
    });
    expect(await new DynamoTallyStore(client, api.stack.checkLogTable).between(day, day)).toEqual([]);
  });
});
