import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { sweeperHandler } from '../../functions/sweeper/handler.ts';
import { localClient } from '../../infra/local/stack.ts';
import { recordDigest } from '../../lib/check/digest.ts';
import { keyItem, toText } from '../../lib/dynamo/attributes.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoHeldTerms } from '../../lib/dynamo/held-terms.ts';
import { coveredKey } from '../../lib/dynamo/keys.ts';
import { DynamoPapersStore } from '../../lib/dynamo/papers-store.ts';
import { DynamoSweepStore } from '../../lib/dynamo/sweep-store.ts';
import { DynamoTombstoneReader } from '../../lib/dynamo/tombstone-reader.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { carryHolds } from '../../lib/retention/carry-holds.ts';
import { type ApiClient, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { leastClient } from './least-client.ts';
import { answerIn, pageIn, problemIn } from './shapes.ts';

const BUDGET = 600_000;
/** A day in Beijing, at noon. */
const on = (date: string) => Date.parse(`${date}T12:00:00+08:00`);

let api: ApiClient;
let clock: TestClock;
let client: DynamoDBClient;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-03-02T02:00:00.000Z')));
  client = localClient(api.stack.endpoint);
});
afterAll(async () => {
  client?.destroy();
  await api?.stack.stop();
});

const post = (path: string, as: string, body?: unknown) =>
  api.call('POST', path, { as, ...(body !== undefined && { body }) });

async function check(matter: string, date: string, subject: unknown = organisation(800)): Promise<string> {
  clock.now = on(date);
  return answerIn(await api.check(question(subject, { matter: { id: matter } }))).id;
}

async function grant(checkId: string, matter: string, subject: string, reference: string, grantedAt?: string) {
  clock.now += 60_000;
  const reply = await post('/v1/grants', 'procurement', {
    ...{ checkId, reference, matter: { id: matter }, subject: { scheme: 'uscc', id: subject } },
    ...{
      scene: 'government-procurement',
      principal: { scheme: 'uscc', id: SAMPLE.principal },
      grantedAt: grantedAt ?? new Date(clock.now).toISOString(),
    },
  });
  expect(reply.status, reply.text).toBe(201);
}

async function hold(matter: string): Promise<string> {
  const reply = await post('/v1/holds', 'auditor', { caller: 'procurement', matter, reason: '行政诉讼' });
  return z.object({ id: z.string() }).parse(reply.json).id;
}

async function release(id: string): Promise<void> {
  await post(`/v1/holds/${id}/release`, 'auditor', { reason: '结案' });
  expect(await post(`/v1/holds/${id}/approval`, 'approver')).toMatchObject({ json: { state: 'released' } });
}

const tables = () => ({ registry: api.stack.registryTable, checkLog: api.stack.checkLogTable });
const terms = () => new DynamoHeldTerms(leastClient('sweeper', api.stack), tables());

function sweepOn(date: string) {
  clock.now = on(date);
  const least = leastClient('sweeper', api.stack);
  return sweeperHandler({
    terms: terms(),
    records: new DynamoSweepStore(least, tables()),
    papers: new DynamoPapersStore(least, api.stack.registryTable),
    papersRule: async () => undefined,
    clock: () => instant(clock.now),
    budgetMs: BUDGET,
  })();
}

/** What stands in the log of a check, and of its grants: by which attribute each item's term stands, and which moment that is. */
async function standing(checkId: string) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: api.stack.checkLogTable }));
  return Items.filter(
    ({ pk, body }) => pk?.S === `C#${checkId}` || (/^GS?#/.test(pk?.S ?? '') && body?.S?.includes(checkId)),
  )
    .map(({ pk, sk, ttl, heldTtl }) => ({
      item: pk?.S?.startsWith('C#') ? (sk?.S?.slice(0, 1) ?? '') : (pk?.S?.split('#')[0] ?? ''),
      runs: ttl !== undefined && heldTtl === undefined,
      moment: Number(ttl?.N ?? heldTtl?.N),
    }))
    .sort((one, other) => (one.item < other.item ? -1 : 1));
}
const stopped = <T extends { runs: boolean }>(items: readonly T[]) => items.map((item) => ({ ...item, runs: false }));
const digestOf = async (id: string) => {
  const found = await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(id);
  return found && recordDigest(found.record);
};

/** As the sealer declares a gap in a writer's chain, at the place of a check. Resolves with the key of what it writes. */
async function foundNothingAt(id: string) {
  const link = (await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(id))?.record.link;
  if (!link) throw new Error('no such record');
  const key = keyItem(coveredKey(link.writer, 1));
  const places = { sealed: [], gaps: [[link.sequence, link.sequence]] };
  const Item = { ...key, v: { N: '1' }, body: toText(JSON.stringify(places)) };
  await client.send(new PutItemCommand({ TableName: api.stack.sealsTable, Item }));
  return key;
}

describe('what a hold is on', () => {
  test('no TTL deletes: neither a person’s year nor the backstop, of grants and notes neither, until it is released', async () => {
    const person = await check('T-1', '2026-03-03', personSubject('110105194912310038'));
    const id = await check('T-1', '2026-03-03', organisation(801));
    await grant(id, 'T-1', organisation(801), 'T-1');
    expect((await post(`/v1/checks/${id}/annotations`, 'auditor', { text: 'x' })).status).toBe(201);
    const [before, personBefore, digest] = [await standing(id), await standing(person), await digestOf(id)];
    expect(before.map(({ item }) => item)).toEqual(['G', 'GS', 'N', 'N', 'R']);
    expect(before.every(({ runs }) => runs)).toBe(true);
    const holdId = await hold('T-1');
    expect(await sweepOn('2026-03-04')).toMatchObject({ stopped: 7, resumed: 0, unfinished: false });
    expect(await standing(id)).toEqual(stopped(before));
    expect(await standing(person)).toEqual(stopped(personBefore));
    expect(await digestOf(id)).toBe(digest);

    const masked = async () => (await api.get(`/v1/checks/${person}`, 'auditor')).text.includes('***');
    const inSearch = async () =>
      (await api.call('POST', '/v1/checks/search', { as: 'auditor', body: { matter: 'T-1' } })).text.includes('***');
    clock.now = on('2028-03-04');
    expect([await masked(), await inSearch()]).toEqual([true, true]);
    // Beyond the backstop of both.
    clock.now = on('2060-01-01');
    expect([await masked(), await inSearch()]).toEqual([true, true]);
    expect(pageIn(await api.get(`/v1/checks?subject=uscc:${organisation(801)}`, 'auditor')).items).toHaveLength(1);
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(200);
    // The list of its seal is not held: a proof is not to come, and does not say so.
    const unproved = await api.get(`/v1/checks/${id}/proof`, 'auditor');
    expect(problemIn(unproved, 409, 'conflict').detail).toContain('seal-expired');
    expect(unproved.headers.get('retry-after')).toBeNull();
    // A place at which the sealer found nothing is not said to have had a list.
    const gap = await foundNothingAt(id);
    expect(problemIn(await api.get(`/v1/checks/${id}/proof`, 'auditor'), 409, 'conflict').detail).toMatch(/not-sealed/);
    await client.send(new DeleteItemCommand({ TableName: api.stack.sealsTable, Key: gap }));
    // What is appended now begins stopped: its check's own moment is long past.
    expect((await post(`/v1/checks/${id}/annotations`, 'auditor', { text: 'y' })).status).toBe(201);
    // A grant of those days too, reported now: under its reference, under its subject, and its note.
    await grant(id, 'T-1', organisation(801), 'T-1-late', '2026-03-04T12:00:00+08:00');
    const late = await standing(id);
    expect(late.map(({ item }) => item)).toEqual(['G', 'G', 'GS', 'GS', 'N', 'N', 'N', 'N', 'R']);
    expect(late.map(({ runs }) => runs)).toEqual(late.map(() => false));

    clock.now = on('2028-03-04');
    await release(holdId);
    expect([await masked(), await inSearch()]).toEqual([false, false]);
    expect(await sweepOn('2028-03-04')).toMatchObject({ stopped: 0, resumed: 11 });
    expect((await standing(id)).every(({ runs }) => runs)).toBe(true);
    const moments = (items: typeof late) => [...new Set(items.map(({ moment }) => moment))];
    expect(moments(await standing(id))).toEqual(moments(before));
    expect(await standing(person)).toEqual(personBefore);
    expect(await terms().entries()).toEqual([]);
    clock.now = on('2060-01-01');
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(404);
  });

  test.each([
    ['without a hold goes on as its check does', false],
    ['under a hold is stopped as its check is, before the day’s run comes to it', true],
  ])('what is appended in the last hours of a check %s', async (_, held) => {
    const matter = held ? 'T-6' : 'T-7';
    const subject = organisation(held ? 806 : 807);
    const id = await check(matter, '2026-03-03', subject);
    const [end = 0] = (await standing(id)).map(({ moment }) => moment);
    const granted = new Date(clock.now + 60_000).toISOString();
    if (held) {
      await hold(matter);
      await sweepOn('2026-03-04');
    }
    clock.now = end * 1_000 - 24 * 3_600_000;
    expect((await post(`/v1/checks/${id}/annotations`, 'auditor', { text: 'x' })).status).toBe(201);
    await grant(id, matter, subject, matter, granted);
    const now = await standing(id);
    expect(now.map(({ item }) => item)).toEqual(['G', 'GS', 'N', 'N', 'R']);
    expect(now.map(({ runs, moment }) => [runs, moment])).toEqual(now.map(() => [!held, end]));
  });

  test('is seen from the moment it is placed on, though DynamoDB could have deleted it the day before', async () => {
    const id = await check('T-2', '2026-03-03', organisation(802));
    clock.now = on('2060-01-01');
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(404);
    const holdId = await hold('T-2');
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(200);
    await release(holdId);
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(404);
    await sweepOn('2060-01-02');
  });

  test('is gone through again each day: a check made since is stopped too', async () => {
    await check('T-3', '2026-03-03', organisation(803));
    const holdId = await hold('T-3');
    expect(await sweepOn('2026-03-03')).toMatchObject({ stopped: 1 });
    const second = await check('T-3', '2026-03-03', organisation(804));
    expect(await sweepOn('2026-03-03')).toMatchObject({ stopped: 0 });
    expect(await sweepOn('2026-03-04')).toMatchObject({ stopped: 1 });
    expect((await standing(second)).map(({ runs }) => runs)).toEqual([false]);
    await release(holdId);
    expect(await sweepOn('2026-03-04')).toMatchObject({ resumed: 2 });
  });

  test('a run that comes to its time is gone on with, and a release meanwhile begins from the start', async () => {
    for (const index of [1, 2, 3]) await check('T-4', `2026-03-0${index}`, organisation(810 + index));
    const holdId = await hold('T-4');
    const until = 1_000;
    /** A run that has the time for so many records. */
    const run = (records: number) => {
      let asked = 0;
      return carryHolds(
        terms(),
        () => {
          asked += 1;
          // The first time is for the day.
          return instant(asked - 1 > records ? until : 0);
        },
        until,
      );
    };
    expect(await run(1)).toMatchObject({ stopped: 1, unfinished: true });
    expect(await run(1)).toMatchObject({ stopped: 1, unfinished: true });
    expect(await run(9)).toMatchObject({ stopped: 1, unfinished: false });
    expect(await run(9)).toMatchObject({ stopped: 0, unfinished: false });
    await release(holdId);
    expect(await run(2)).toMatchObject({ resumed: 2, unfinished: true });
    const again = await hold('T-4');
    expect(await run(9)).toMatchObject({ stopped: 2, resumed: 0, unfinished: false });
    await release(again);
    expect(await run(9)).toMatchObject({ resumed: 3, unfinished: false });
  });

  test('a hold that is placed in the midst of a release is not overtaken by it', async () => {
    for (const index of [1, 2]) await check('T-5', `2026-03-0${index}`, organisation(820 + index));
    const first = await hold('T-5');
    await sweepOn('2026-03-03');
    await release(first);
    const store = terms();
    const resume = store.resume.bind(store);
    let second: string | undefined;
    store.resume = async (id) => {
      const done = await resume(id);
      second ??= await hold('T-5');
      return done;
    };
    expect(await carryHolds(store, () => instant(clock.now), Number.POSITIVE_INFINITY)).toMatchObject({ resumed: 1 });
    expect(await carryHolds(terms(), () => instant(clock.now), Number.POSITIVE_INFINITY)).toMatchObject({
      stopped: 1,
      resumed: 0,
    });
    await release(second ?? '');
    await sweepOn('2026-03-04');
  });
});

describe('a matter that is over early', () => {
  test('takes its grants along, and the watch over the log knows why they are gone', async () => {
    const id = await check('G-1', '2026-03-03', organisation(830));
    await grant(id, 'G-1', organisation(830), 'G-1');
    const other = await check('G-2', '2026-03-03', organisation(830));
    await grant(other, 'G-2', organisation(830), 'G-2');
    const { Items = [] } = await client.send(new ScanCommand({ TableName: api.stack.checkLogTable }));
    const grants = Items.filter(({ pk, body }) => /^GS?#/.test(pk?.S ?? '') && body?.S?.includes(id));
    expect(grants).toHaveLength(2);
    const watch = new DynamoTombstoneReader(leastClient('meter', api.stack), api.stack.checkLogTable, () =>
      instant(clock.now),
    );
    const excused = () =>
      Promise.all(
        grants.map((item) =>
          watch.excuses({ pk: item.pk?.S ?? '', sk: item.sk?.S ?? '' }, z.record(z.string(), z.unknown()).parse(item)),
        ),
      );
    expect(await excused()).toEqual([false, false]);
    expect((await post('/v1/matters/G-1/closing', 'procurement', { closedOn: '2026-03-03' })).status).toBe(201);
    await sweepOn('2041-03-04');
    expect((await standing(id)).map(({ item }) => item)).toEqual(['T']);
    expect(await excused()).toEqual([true, true]);
    expect((await standing(other)).map(({ item }) => item)).toEqual(['G', 'GS', 'N', 'R']);
  });

  test('whose grant’s note cannot be read keeps its record, and says so', async () => {
    const id = await check('G-3', '2026-03-03', organisation(831));
    await grant(id, 'G-3', organisation(831), 'G-3');
    await post('/v1/matters/G-3/closing', 'procurement', { closedOn: '2026-03-03' });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: api.stack.checkLogTable }));
    const note = Items.find(({ pk, sk }) => pk?.S === `C#${id}` && sk?.S?.startsWith('N#'));
    const Key = { pk: note?.pk ?? { S: '' }, sk: note?.sk ?? { S: '' } };
    await client.send(
      new UpdateItemCommand({
        TableName: api.stack.checkLogTable,
        Key,
        UpdateExpression: 'SET body = :b',
        ExpressionAttributeValues: { ':b': { S: '{}' } },
      }),
    );
    expect(await sweepOn('2041-03-04')).toMatchObject({ unreadable: 1 });
    expect((await standing(id)).map(({ item }) => item)).toEqual(['G', 'GS', 'N', 'R']);
  });
});
