import { setTimeout } from 'node:timers/promises';
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { meterHandler } from '../../functions/meter/handler.ts';
import { sweeperHandler } from '../../functions/sweeper/handler.ts';
import { localClient } from '../../infra/local/stack.ts';
import { type StreamPoller, startStreamPoller } from '../../infra/local/stream-poller.ts';
import { streamPosition } from '../../infra/local/stream-position.ts';
import { alertId } from '../../lib/alert/alert.ts';
import { recordDigest } from '../../lib/check/digest.ts';
import { acrossCallers } from '../../lib/check-log/across-callers.ts';
import { DynamoAlertRaiser } from '../../lib/dynamo/alert-raiser.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { DynamoFollowUps } from '../../lib/dynamo/follow-up-store.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoHeldTerms } from '../../lib/dynamo/held-terms.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { DynamoPapersStore } from '../../lib/dynamo/papers-store.ts';
import { DynamoSweepStore } from '../../lib/dynamo/sweep-store.ts';
import { DynamoTombstoneReader } from '../../lib/dynamo/tombstone-reader.ts';
import { CalendarDate, instant } from '../../lib/kernel/clock.ts';
import { sweep } from '../../lib/retention/sweep.ts';
import { type ApiClient, consortium, organisation, personSubject, question, SAMPLE } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { leastClient } from './least-client.ts';
import { answerIn, faultsIn, pageIn, problemIn } from './shapes.ts';

const START = '2026-03-02T02:00:00.000Z';
/** A day in Beijing, at noon. */
const on = (date: string) => Date.parse(`${date}T12:00:00+08:00`);
const BUDGET = 600_000;

let api: ApiClient;
let clock: TestClock;
let client: DynamoDBClient;
let poller: StreamPoller;
let seen = 0;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date(START)));
  const { endpoint, registryTable, checkLogTable } = api.stack;
  client = localClient(endpoint);
  const least = leastClient('meter', api.stack);
  const consumer = meterHandler({
    meter: { count: async () => ({}) },
    looks: { count: async () => undefined },
    violations: { append: async () => undefined },
    matters: new DynamoMatterStore(least, registryTable),
    followUps: new DynamoFollowUps(least, registryTable),
    tombstones: new DynamoTombstoneReader(least, checkLogTable, () => instant(clock.now)),
    clock: () => instant(clock.now),
  });
  poller = await startStreamPoller({
    client,
    streams: new DynamoDBStreamsClient({
      endpoint,
      region: 'local',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
    table: checkLogTable,
    consumer: async (event) => {
      await consumer(event);
      seen += event.Records.length;
    },
    position: streamPosition(':memory:', 'meter'),
  });
});
afterAll(async () => {
  await poller?.stop();
  client?.destroy();
  await api?.stack.stop();
});

/** Resolves when the stream's consumer has seen the matter. */
async function registered(matter: string, caller = 'procurement'): Promise<void> {
  const store = new DynamoMatterStore(client, api.stack.registryTable);
  for (let left = 200; left > 0; left -= 1) {
    if (await store.read(caller, matter)) return;
    await setTimeout(50);
  }
  throw new Error(`the matter ${matter} was not registered`);
}

async function check(
  matter: string,
  date: string,
  subject: unknown = organisation(700),
  changes = {},
  as = 'procurement',
): Promise<string> {
  clock.now = on(date);
  const id = answerIn(await api.check(question(subject, { matter: { id: matter }, ...changes }), {}, as)).id;
  await registered(matter, as);
  return id;
}

const post = (path: string, as: string, body?: unknown) =>
  api.call('POST', path, { as, ...(body !== undefined && { body }) });
const close = (matter: string, closedOn: string, as = 'procurement') =>
  post(`/v1/matters/${encodeURIComponent(matter)}/closing`, as, { closedOn });

function sweepOn(date: string) {
  clock.now = on(date);
  const { registryTable, checkLogTable } = api.stack;
  const least = leastClient('sweeper', api.stack);
  const head = new DynamoHeadStore(least, registryTable);
  return sweeperHandler({
    terms: new DynamoHeldTerms(least, { registry: registryTable, checkLog: checkLogTable }),
    records: new DynamoSweepStore(least, { registry: registryTable, checkLog: checkLogTable }),
    papers: new DynamoPapersStore(least, registryTable),
    papersRule: () => head.papersRule(),
    clock: () => instant(clock.now),
    budgetMs: BUDGET,
  })();
}

const isThere = async (id: string) => (await api.get(`/v1/checks/${id}`, 'auditor')).status === 200;
const itemsOf = async (id: string) => {
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: api.stack.checkLogTable,
      FilterExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `C#${id}` } },
    }),
  );
  return Items.map(({ sk }) => sk?.S).sort();
};

/** Until when each item of a record is kept, by its own TTL. */
async function termsOf(id: string) {
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName: api.stack.checkLogTable,
      FilterExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `C#${id}` } },
    }),
  );
  return Items.map(({ ttl }) => ttl?.N ?? 'none');
}

/** What the watch over the log has said since, once it has seen everything. */
async function alarms(act: () => Promise<unknown>): Promise<string[]> {
  await setTimeout(600);
  vi.mocked(console.log).mockClear();
  const before = seen;
  await act();
  for (let left = 100; left > 0 && seen === before; left -= 1) await setTimeout(50);
  await setTimeout(600);
  return vi
    .mocked(console.log)
    .mock.calls.map(([line]) => String(line))
    .filter((line) => line.includes('RecordRemovedEarly'));
}

describe('a matter that is closed', () => {
  test('keeps its records to the last day of the catalogue’s term, and not a day longer', async () => {
    const id = await check('K-1', '2026-03-02');
    clock.now = on('2026-04-10');
    expect(await close('K-1', '2026-04-01')).toMatchObject({
      status: 201,
      json: {
        state: 'closed',
        dueOn: '2041-04-02',
        closing: { closedOn: '2026-04-01', keepYears: 15, by: { subject: 'procurement', person: 'purchaser-li' } },
      },
    });
    await sweepOn('2041-04-01');
    expect(await isThere(id)).toBe(true);
    const report = await sweepOn('2041-04-02');
    expect(report).toMatchObject({ unfinished: false, unreadable: 0 });
    expect(await isThere(id)).toBe(false);
    expect(pageIn(await api.get('/v1/checks?matter=K-1', 'auditor')).items).toEqual([]);
  });

  test('leaves a tombstone with the record’s digest and its rule, and raises no alarm', async () => {
    const members = { ...consortium(organisation(701), organisation(702)) };
    const id = await check('K-2', '2026-03-03', undefined, members);
    const found = await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(id);
    if (!found) throw new Error('no record');
    await close('K-2', '2026-03-03');
    expect(await itemsOf(id)).toEqual(['M#01', 'R']);
    expect(await alarms(() => sweepOn('2041-03-05'))).toEqual([]);
    expect(await itemsOf(id)).toEqual(['T']);
    const { Item } = await client.send(
      new GetItemCommand({ TableName: api.stack.checkLogTable, Key: { pk: { S: `C#${id}` }, sk: { S: 'T' } } }),
    );
    expect(JSON.parse(Item?.body?.S ?? '')).toMatchObject({
      id,
      digest: recordDigest(found.record),
      rule: { closed: { on: '2026-03-03', keepYears: 15, catalogueVersion: expect.stringMatching(/^sample-/) } },
    });
  });

  test('is deleted with persons and notes too', async () => {
    const id = await check('K-3', '2026-03-03', personSubject());
    expect((await post(`/v1/checks/${id}/annotations`, 'auditor', { text: 'x' })).status).toBe(201);
    await close('K-3', '2026-03-03');
    await sweepOn('2041-03-06');
    expect(await itemsOf(id)).toEqual(['T']);
  });

  test('counts from a check that was made after its closing', async () => {
    const id = await check('K-4', '2026-03-04');
    await close('K-4', '2026-03-04');
    await check('K-4', '2026-09-01');
    await vi.waitFor(async () => {
      const { Items } = await client.send(new ScanCommand({ TableName: api.stack.registryTable }));
      expect(JSON.stringify(Items)).toContain('2041-09-02#procurement#K-4');
    }, 10_000);
    await sweepOn('2041-03-07');
    expect(await isThere(id)).toBe(true);
    await sweepOn('2041-09-02');
    expect(await isThere(id)).toBe(false);
  });

  test('is open again from a check in a scene that its closing did not know, until it is closed again', async () => {
    const fund = { scene: 'fiscal-fund' };
    const id = await check('K-6', '2026-03-04', organisation(705), fund, 'grants');
    expect(await close('K-6', '2026-03-04', 'grants')).toMatchObject({ json: { dueOn: '2036-03-05' } });
    const later = await check('K-6', '2026-09-01', organisation(705), { scene: 'research-fund' }, 'grants');
    const unclosed = async () => (await api.get('/v1/matters?state=unclosed', 'grants')).json;
    const opened = { matter: 'K-6', state: 'unclosed', dueOn: '2044-09-02' };
    await vi.waitFor(
      async () => expect(await unclosed()).toMatchObject({ items: [expect.objectContaining(opened)] }),
      10_000,
    );
    await sweepOn('2043-03-01');
    expect([await isThere(id), await isThere(later)]).toEqual([true, true]);
    expect(await close('K-6', '2026-10-01', 'grants')).toMatchObject({
      status: 201,
      json: { state: 'closed', dueOn: '2036-10-02', closing: { scenes: ['fiscal-fund', 'research-fund'] } },
    });
    problemIn(await close('K-6', '2026-10-01', 'grants'), 409, 'conflict');
    await sweepOn('2043-03-01');
    expect([await isThere(id), await isThere(later)]).toEqual([false, false]);
  });

  test('takes along what its caller still had to report on its checks, and what is appended ends with the check', async () => {
    const [open, done] = [await check('K-7', '2026-03-04', SAMPLE.veto), await check('K-7', '2026-03-04', SAMPLE.veto)];
    expect((await post(`/v1/checks/${done}/feedback`, 'procurement', { carriedOut: true })).status).toBe(201);
    const terms = await termsOf(done);
    expect(terms).toEqual([terms[0], terms[0]]);
    await close('K-7', '2026-03-04');
    const overdue = async () => (await api.get('/v1/feedback/overdue', 'procurement')).text;
    clock.now = on('2041-03-04');
    await vi.waitFor(async () => expect(await overdue()).toContain(open), 10_000);
    await sweepOn('2041-03-05');
    expect(await isThere(open)).toBe(false);
    expect(await overdue()).not.toContain(open);
  });

  test('is closed once, on a day that has come, by the caller that had it checked', async () => {
    await check('K-5', '2026-03-04');
    problemIn(await close('K-5', '2026-03-04', 'grants'), 404, 'not-found');
    problemIn(await close('K-5', '2026-03-04', 'auditor'), 403, 'forbidden');
    expect(faultsIn(problemIn(await close('K-5', '2026-03-05'), 400, 'invalid-request'))).toEqual([
      '/closedOn not-allowed',
    ]);
    expect(faultsIn(problemIn(await close('K-5', '2026-02-30'), 400, 'invalid-request'))).toEqual([
      '/closedOn not-allowed',
    ]);
    expect((await close('K-5', '2026-03-04')).status).toBe(201);
    const again = problemIn(await close('K-5', '2026-03-04'), 409, 'conflict');
    expect(again.detail).toContain('2026-03-04');
    problemIn(await close('no such matter', '2026-03-04'), 404, 'not-found');
  });
});

async function releaseHold({ json }: { json: unknown }): Promise<void> {
  const { id } = z.object({ id: z.string() }).parse(json);
  await post(`/v1/holds/${id}/release`, 'auditor', { reason: 'r' });
  expect(await post(`/v1/holds/${id}/approval`, 'approver')).toMatchObject({ json: { state: 'released' } });
}

describe('a matter whose time has come', () => {
  const FAR = '2041-04-02';
  const BY_ID = new Set(['detail', 'proof', 'receipt', 'replay']);
  const shownTo = async (id: string, matter: string, subject: string) => {
    const asked = { subject: { scheme: 'uscc', id: subject } };
    const replies = {
      detail: await api.get(`/v1/checks/${id}`, 'procurement'),
      byMatter: await api.get(`/v1/checks?matter=${matter}`, 'procurement'),
      bySubject: await api.get(`/v1/checks?subject=uscc:${subject}`, 'auditor'),
      byCaller: await api.get('/v1/checks?limit=100&to=2026-03-06', 'procurement'),
      export: await api.call('POST', '/v1/checks/export', { as: 'auditor', body: asked }),
      proof: await api.get(`/v1/checks/${id}/proof`, 'auditor'),
      receipt: await api.get(`/v1/checks/${id}/receipt`, 'procurement'),
      replay: await post(`/v1/checks/${id}/replay`, 'auditor'),
      reconciliation: await api.call('POST', '/v1/reconciliations', {
        as: 'auditor',
        headers: { 'content-type': 'application/x-ndjson' },
        body: Buffer.from(
          JSON.stringify({
            ...{ subjectScheme: 'uscc', subjectId: subject, matter, grantedAt: '2026-03-04' },
            principalId: question().principal.id,
          }),
        ),
      }),
      subjectAccess: await post('/v1/subject-access', 'steward-tax', {
        ...{ subject: { scheme: 'uscc', id: subject }, purpose: '查询', operator: 'u-1', requestReference: 'R-1' },
      }),
    };
    return Object.entries(replies).flatMap(([door, { status, text }]) =>
      // A proof that is not sealed yet is a conflict, and says that there is a record.
      status !== 404 && (BY_ID.has(door) || text.includes(id)) ? [door] : [],
    );
  };
  const EVERYWHERE = [
    ...['detail', 'byMatter', 'bySubject', 'byCaller', 'export', 'proof', 'receipt', 'replay', 'reconciliation'],
    'subjectAccess',
  ];

  test('is seen on its last day, and by nobody from the next one’s first moment on, swept or not', async () => {
    const id = await check('V-1', '2026-03-05', organisation(710));
    const other = await check('V-2', '2026-03-05', organisation(710));
    clock.now = on('2026-04-10');
    await close('V-1', '2026-04-01');
    clock.now = Date.parse('2041-04-01T23:59:59.999+08:00');
    expect(await shownTo(id, 'V-1', organisation(710))).toEqual(EVERYWHERE);
    clock.now += 1;
    expect(await shownTo(id, 'V-1', organisation(710))).toEqual([]);
    expect(await itemsOf(id)).toEqual(['R']);
    problemIn(await post(`/v1/checks/${id}/annotations`, 'auditor', { text: 'x' }), 404, 'not-found');
    problemIn(await post(`/v1/checks/${id}/feedback`, 'procurement', { carriedOut: true }), 404, 'not-found');
    expect(await shownTo(other, 'V-2', organisation(710))).toEqual(EVERYWHERE);
  });

  test('is seen as long as a hold keeps it', async () => {
    const id = await check('V-3', '2026-03-05', organisation(711));
    await close('V-3', '2026-03-05');
    const held = await post('/v1/holds', 'auditor', { caller: 'procurement', matter: 'V-3', reason: 'r' });
    clock.now = on(FAR);
    expect(await shownTo(id, 'V-3', organisation(711))).toEqual(EVERYWHERE);
    await releaseHold(held);
    expect(await shownTo(id, 'V-3', organisation(711))).toEqual([]);
    // What the sweeper has not come to yet, a new one still saves.
    const again = await post('/v1/holds', 'auditor', { caller: 'procurement', matter: 'V-3', reason: 'r' });
    expect(await shownTo(id, 'V-3', organisation(711))).toEqual(EVERYWHERE);
    await releaseHold(again);
  });

  test('is seen as long as an alert on it waits for its answer', async () => {
    const id = await check('V-4', '2026-03-05', organisation(712));
    await close('V-4', '2026-03-05');
    const alert = alertId('procurement', 'V-4', 'a change', id, 'listed');
    await new DynamoAlertRaiser(client, api.stack.registryTable).raise({
      id: alert,
      kind: 'listed-after-clearance',
      caller: 'procurement',
      checkId: id,
      checkedAt: START,
      outcome: 'pass',
      scene: 'government-procurement',
      matter: 'V-4',
      listing: {
        id: 'l',
        list: 'black',
        domain: 'court-enforcement',
        from: CalendarDate.parse('2026-03-06'),
        until: null,
      },
      raisedAt: START,
    });
    clock.now = on(FAR);
    expect(await shownTo(id, 'V-4', organisation(712))).toEqual(EVERYWHERE);
    expect((await post(`/v1/alerts/${alert}/acknowledgement`, 'procurement', {})).status).toBe(201);
    expect(await shownTo(id, 'V-4', organisation(712))).toEqual([]);
  });
});

test('a person’s masked number of a check that restricts nobody is seen for a year, and by nobody afterwards, swept or not', async () => {
  const id = await check('P-1', '2026-03-02', personSubject('110105194912310038'));
  const asked = { matter: 'P-1' };
  const shown = async () => {
    const replies = [
      await api.get(`/v1/checks/${id}`, 'procurement'),
      await api.get(`/v1/checks/${id}/receipt`, 'procurement'),
      await api.call('POST', '/v1/checks/search', { as: 'auditor', body: asked }),
      await api.call('POST', '/v1/checks/export', { as: 'auditor', body: asked }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    return replies.map(({ text }) => text.includes('***'));
  };
  clock.now = Date.parse('2027-03-01T23:59:59.999+08:00');
  expect(await shown()).toEqual([true, true, true, true]);
  clock.now += 1;
  expect(await shown()).toEqual([false, false, false, false]);
  expect(await itemsOf(id)).toEqual(['P', 'R']);
  expect((await post(`/v1/checks/${id}/replay`, 'auditor')).json).toMatchObject({ agrees: true });
});

describe('a matter that nobody closes', () => {
  test('is listed as such long before, those open longest first, to its own caller and to an auditor', async () => {
    await check('U-2', '2026-05-02');
    await check('U-1', '2026-05-01', organisation(703), { scene: 'tendering' });
    const mine = async (as: string, query = '') => {
      const reply = await api.get(`/v1/matters?state=unclosed${query}`, as);
      expect(reply.status, reply.text).toBe(200);
      return reply.json;
    };
    const expected = {
      items: expect.arrayContaining([
        expect.objectContaining({ matter: 'U-1', scenes: ['tendering'], state: 'unclosed', dueOn: '2046-05-02' }),
        expect.objectContaining({ matter: 'U-2', state: 'unclosed' }),
      ]),
      next: null,
    };
    const listed = await mine('procurement');
    expect(listed).toMatchObject(expected);
    expect(JSON.stringify(listed)).toMatch(/"U-1".*"U-2"/);
    expect(await mine('auditor', '&caller=procurement')).toEqual(listed);
    expect(await mine('grants')).toMatchObject({ items: [] });
    expect(await mine('grants', '&caller=procurement')).toMatchObject({ items: [] });
    // Over all callers, the administrator too; nobody else sees another's.
    await check('U-4', '2026-05-02', organisation(704), { scene: 'commendation' }, 'commendation');
    for (const as of ['auditor', 'admin'])
      expect(await mine(as)).toMatchObject({
        items: expect.arrayContaining([
          expect.objectContaining({ caller: 'commendation', matter: 'U-4' }),
          expect.objectContaining({ caller: 'procurement', matter: 'U-1' }),
        ]),
      });
    expect(JSON.stringify(await mine('procurement'))).not.toContain('U-4');
    await close('U-1', '2026-05-01');
    expect(JSON.stringify(await mine('procurement'))).not.toContain('U-1');
  });

  test('keeps its records as long as a matter of the scene may last, and its retention', async () => {
    const id = await check('U-3', '2026-05-03');
    await sweepOn('2046-05-03');
    expect(await isThere(id)).toBe(true);
    await sweepOn('2046-05-04');
    expect(await isThere(id)).toBe(false);
    expect(await itemsOf(id)).toEqual(['T']);
  });
});

describe('a hold', () => {
  const hold = (matter: string, as = 'auditor') =>
    post('/v1/holds', as, { caller: 'procurement', matter, reason: '行政诉讼' });
  const idOf = (reply: { json: unknown }) => z.object({ id: z.string() }).parse(reply.json).id;

  test('keeps the records from its proposal until another person has agreed with its release', async () => {
    const id = await check('H-1', '2026-06-01');
    await close('H-1', '2026-06-01');
    const proposed = await hold('H-1');
    expect(proposed).toMatchObject({
      status: 201,
      json: { state: 'proposed', proposed: { by: { person: 'auditor-sun' } } },
    });
    const holdId = idOf(proposed);
    expect(await sweepOn('2041-06-02')).toMatchObject({ held: 1 });
    expect(await isThere(id)).toBe(true);

    const approve = () => post(`/v1/holds/${holdId}/approval`, 'approver');
    const release = () => post(`/v1/holds/${holdId}/release`, 'auditor', { reason: '结案' });
    expect(await approve()).toMatchObject({ status: 200, json: { state: 'in-force' } });
    problemIn(await approve(), 409, 'conflict');
    expect(await release()).toMatchObject({ status: 200, json: { state: 'release-proposed' } });
    problemIn(await release(), 409, 'conflict');
    await sweepOn('2041-07-01');
    expect(await isThere(id)).toBe(true);
    expect(await approve()).toMatchObject({ status: 200, json: { state: 'released', release: { reason: '结案' } } });
    expect((await api.get(`/v1/holds/${holdId}`, 'auditor')).json).toMatchObject({ state: 'released' });
    await sweepOn('2041-07-02');
    expect(await isThere(id)).toBe(false);
  });

  test('that is placed while the sweeper is at the matter saves what is left of it', async () => {
    const ids = [await check('H-4', '2026-06-04'), await check('H-4', '2026-06-04'), await check('H-4', '2026-06-04')];
    await close('H-4', '2026-06-04');
    clock.now = on('2041-06-05');
    const { registryTable, checkLogTable } = api.stack;
    const store = new DynamoSweepStore(client, { registry: registryTable, checkLog: checkLogTable });
    const bury = store.bury.bind(store);
    store.bury = async (...buried) => {
      const done = await bury(...buried);
      expect((await hold('H-4')).status).toBe(201);
      return done;
    };
    const report = await sweep(store, () => instant(clock.now), Number.POSITIVE_INFINITY);
    expect(report.records).toBe(1);
    const left = await Promise.all(ids.map(isThere));
    expect(left.filter((each) => each)).toHaveLength(2);
  });

  test('of a matter with another hold keeps on when one is released', async () => {
    const id = await check('H-2', '2026-06-02');
    await close('H-2', '2026-06-02');
    const [one, other] = [idOf(await hold('H-2')), idOf(await hold('H-2'))];
    await post(`/v1/holds/${one}/release`, 'auditor', { reason: 'r' });
    expect(await post(`/v1/holds/${one}/approval`, 'approver')).toMatchObject({ json: { state: 'released' } });
    await sweepOn('2041-07-03');
    expect(await isThere(id)).toBe(true);
    await post(`/v1/holds/${other}/release`, 'auditor', { reason: 'r' });
    await post(`/v1/holds/${other}/approval`, 'approver');
    await sweepOn('2041-07-04');
    expect(await isThere(id)).toBe(false);
  });

  test('is not looked at unseen', async () => {
    await check('H-5', '2026-06-05');
    const id = idOf(await hold('H-5'));
    expect((await api.get(`/v1/holds/${id}`, 'approver')).status).toBe(200);
    const looks = await api.get('/v1/looks?client=approver', 'chief-auditor');
    const asked = { hold: id, caller: 'procurement', matter: 'H-5' };
    expect(looks.json).toMatchObject({ items: [{ kind: 'holds', by: { client: 'approver' }, asked, results: 1 }] });
  });

  test('is found by whoever has to sign it, those proposed longest ago first, and by its state', async () => {
    const Holds = z.object({
      items: z.array(z.object({ id: z.string(), state: z.string(), matter: z.string() })),
      next: z.string().nullable(),
    });
    const list = async (query: string, as = 'approver') => Holds.parse((await api.get(`/v1/holds${query}`, as)).json);
    const all = async (query: string) => {
      const found: z.infer<typeof Holds>['items'] = [];
      let next: string | null = '';
      while (next !== null) {
        const page: z.infer<typeof Holds> = await list(`?limit=2${query}${next && `&cursor=${next}`}`);
        expect(page.items.length).toBeLessThanOrEqual(2);
        found.push(...page.items);
        next = page.next;
      }
      return found;
    };
    const mine = async (query: string) => (await all(query)).flatMap(({ id }) => ids.indexOf(id) + 1 || []);
    await check('H-6', '2026-06-06');
    const ids: string[] = [];
    for (const day of ['07', '08', '09', '10']) {
      clock.now = on(`2026-06-${day}`);
      ids.push(idOf(await hold('H-6')));
    }
    const [first, second] = ids;
    await post(`/v1/holds/${first}/approval`, 'approver');
    await post(`/v1/holds/${second}/release`, 'auditor', { reason: '结案' });
    expect(await mine('')).toEqual([3, 4, 2]);
    expect(await mine('&state=in-force')).toEqual([1]);
    expect(await mine('&state=release-proposed')).toEqual([2]);
    await post(`/v1/holds/${second}/approval`, 'approver');
    expect(await mine('&state=released')).toEqual([2]);
    expect(await mine('')).toEqual([3, 4]);

    const looks = await api.get('/v1/looks?client=approver&limit=1', 'chief-auditor');
    expect(looks.json).toMatchObject({ items: [{ kind: 'holds', asked: {} }] });
    expect((await list('', 'auditor')).items.length).toBeGreaterThan(1);
    problemIn(await api.get('/v1/holds', 'procurement'), 403, 'forbidden');
    problemIn(await api.get('/v1/holds?state=lost', 'approver'), 400, 'invalid-request');
    const { next } = await list('?limit=1');
    problemIn(await api.get(`/v1/holds?state=released&cursor=${next}`, 'approver'), 400, 'invalid-request');
  });

  test('is not for callers, needs a matter that there is, and a reason', async () => {
    await check('H-3', '2026-06-03');
    problemIn(await hold('H-3', 'procurement'), 403, 'forbidden');
    problemIn(await hold('H-3', 'approver'), 403, 'forbidden');
    problemIn(await hold('no such matter'), 404, 'not-found');
    problemIn(await post('/v1/holds/none/approval', 'approver'), 404, 'not-found');
    problemIn(await post('/v1/holds/none/release', 'auditor', { reason: 'r' }), 404, 'not-found');
    const reply = await post('/v1/holds', 'auditor', { caller: 'procurement', matter: 'H-3' });
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/reason missing']);
    const id = idOf(await hold('H-3'));
    problemIn(await post(`/v1/holds/${id}/approval`, 'auditor'), 403, 'forbidden');
  });
});

test('the forecast says what is deleted in a month, and what a hold keeps all the same', async () => {
  for (const [matter, closedOn] of [
    ['F-1', '2026-08-10'],
    ['F-2', '2026-08-05'],
    ['F-3', '2026-08-31'],
  ] as const) {
    await check(matter, '2026-08-01');
    clock.now = on('2026-09-01');
    expect((await close(matter, closedOn)).status).toBe(201);
  }
  await post('/v1/holds', 'auditor', { caller: 'procurement', matter: 'F-2', reason: 'r' });
  const forecast = async (month: string, as = 'auditor') => await api.get(`/v1/retention/forecast?month=${month}`, as);
  expect((await forecast('2041-08')).json).toMatchObject({
    month: '2041-08',
    items: [
      { matter: 'F-2', dueOn: '2041-08-06', state: 'closed', holds: [expect.any(String)] },
      { matter: 'F-1', dueOn: '2041-08-11', holds: [] },
    ],
    next: null,
  });
  expect((await forecast('2041-09')).json).toMatchObject({ items: [{ matter: 'F-3', dueOn: '2041-09-01' }] });
  // Where it stood before it was closed it stands no more.
  expect(JSON.stringify((await forecast('2046-08')).json)).not.toContain('F-1');
  problemIn(await forecast('2041-13'), 400, 'invalid-request');
  problemIn(await forecast('2041-08', 'procurement'), 403, 'forbidden');
});

describe('the list of unclosed matters over all callers', () => {
  test('goes on where it stopped, within a caller and from one to the next', async () => {
    const store = new DynamoMatterStore(client, api.stack.registryTable);
    const found: string[] = [];
    const matters = { ...store, unclosed: (caller: string, after?: string) => store.unclosed(caller, after, 2) };
    let from: string | undefined;
    do {
      const page = await acrossCallers(['procurement', 'commendation'], from, 3, async (caller, after) => {
        const { matters: items, reached } = await matters.unclosed(caller, after);
        return { items, reached };
      });
      found.push(...page.items.map(({ caller, matter }) => `${caller} ${matter}`));
      from = page.reached;
    } while (from !== undefined);
    const listed = z
      .object({ items: z.array(z.object({ caller: z.string(), matter: z.string() })) })
      .parse((await api.get('/v1/matters?state=unclosed', 'auditor')).json);
    expect(found).toEqual(listed.items.map(({ caller, matter }) => `${caller} ${matter}`));
    expect(new Set(found).size).toBe(found.length);
  });
});

describe('the overview of what is deleted when', () => {
  const overviewOf = async (query = '', as = 'auditor') => await api.get(`/v1/retention/overview${query}`, as);

  test('counts by month and scene what a walk over every matter counts, after closings, holds and deletions', async () => {
    await check('O-1', '2026-11-02', organisation(730), { scene: 'tendering' });
    await check('O-1', '2026-11-03', organisation(730));
    await check('O-2', '2026-11-02', organisation(730));
    clock.now = on('2026-11-04');
    await close('O-2', '2026-11-04');
    const { Items = [] } = await client.send(new ScanCommand({ TableName: api.stack.registryTable }));
    const matters = Items.flatMap(({ pk, sk }) => (pk?.S?.startsWith('M#') && sk?.S === 'M' ? [pk.S.split('#')] : []));
    const store = new DynamoMatterStore(client, api.stack.registryTable);
    const expected = new Map<
      string,
      { matters: number; unclosed: number; held: number; scenes: Map<string, number> }
    >();
    for (const [, caller = '', matter = ''] of matters) {
      const kept = (await store.read(caller, decodeURIComponent(matter)))?.value;
      if (!kept) throw new Error('no matter');
      const month = kept.entryOn.slice(0, 7);
      const counted = expected.get(month) ?? { matters: 0, unclosed: 0, held: 0, scenes: new Map() };
      expected.set(month, counted);
      counted.matters += 1;
      counted.unclosed += kept.closing ? 0 : 1;
      counted.held += kept.holds.length > 0 ? 1 : 0;
      for (const scene of kept.scenes) counted.scenes.set(scene, (counted.scenes.get(scene) ?? 0) + 1);
    }
    expect(expected.size).toBeGreaterThan(3);
    const reply = await overviewOf('?from=2026-01&to=2085-12', 'admin');
    expect(reply.status, reply.text).toBe(200);
    expect(reply.json).toEqual({
      from: '2026-01',
      to: '2085-12',
      months: [...expected]
        .toSorted(([one], [other]) => (one < other ? -1 : 1))
        .map(([month, { scenes, ...counts }]) => ({
          month,
          ...counts,
          scenes: [...scenes]
            .toSorted(([one], [other]) => (one < other ? -1 : 1))
            .map(([scene, count]) => ({ scene, matters: count })),
        })),
    });
    expect((await overviewOf('?from=2041-11&to=2041-11')).json).toMatchObject({
      months: [{ month: '2041-11', unclosed: 0, scenes: [{ scene: 'government-procurement' }] }],
    });
  });

  test('is for auditors and the administrator, from a month to a later one, and forty years on where nothing is said', async () => {
    problemIn(await overviewOf('', 'procurement'), 403, 'forbidden');
    expect(faultsIn(problemIn(await overviewOf('?from=2041-02&to=2041-01'), 400, 'invalid-request'))).toEqual([
      '/to not-allowed',
    ]);
    problemIn(await overviewOf('?from=2026-01&to=2087-01'), 400, 'invalid-request');
    problemIn(await overviewOf('?from=2026-13'), 400, 'invalid-request');
    clock.now = on('2026-11-04');
    expect((await overviewOf()).json).toMatchObject({ from: '2026-11', to: '2066-11' });
  });
});

describe('a removal that nothing excuses', () => {
  test('raises the alarm: without a tombstone, with one of other bytes, and with one of a day that had not come', async () => {
    const remove = (id: string) =>
      client.send(
        new DeleteItemCommand({ TableName: api.stack.checkLogTable, Key: { pk: { S: `C#${id}` }, sk: { S: 'R' } } }),
      );
    const bare = await check('A-1', '2026-10-01');
    expect(await alarms(() => remove(bare))).toHaveLength(1);

    const forged = await check('A-2', '2026-10-01');
    const store = new DynamoSweepStore(client, {
      registry: api.stack.registryTable,
      checkLog: api.stack.checkLogTable,
    });
    const closed = { on: CalendarDate.parse('2026-10-01'), keepYears: 15, catalogueVersion: 'sample' };
    const tombstone = {
      id: forged,
      digest: 'of something else',
      keepUntil: '2050-01-01T00:00:00.000Z',
      deletedAt: '2041-10-02T01:00:00.000Z',
      rule: { closed },
    };
    expect(await alarms(() => store.bury(tombstone, 'procurement'))).toHaveLength(1);
    const own = await check('A-3', '2026-10-01');
    const found = await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(own);
    if (!found) throw new Error('no record');
    const rightly = { ...tombstone, id: own, digest: recordDigest(found.record) };
    // It says that it was made fifteen years from now.
    expect(await alarms(() => store.bury(rightly, 'procurement'))).toHaveLength(1);
    const later = await check('A-4', '2026-10-01');
    const last = await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(later);
    if (!last) throw new Error('no record');
    clock.now = on('2041-10-02');
    expect(
      await alarms(() => store.bury({ ...rightly, id: later, digest: recordDigest(last.record) }, 'procurement')),
    ).toEqual([]);
  });

  test.each<[string, (fitting: object) => string]>([
    ['that cannot be read', () => '{'],
    ['of other bytes', (fitting) => JSON.stringify({ ...fitting, digest: 'of something else' })],
    ['of another term', (fitting) => JSON.stringify({ ...fitting, keepUntil: '2041-11-01T00:00:00.000Z' })],
    ['of a rule that had not come', (fitting) => JSON.stringify({ ...fitting, rule: { boundOn: '2041-10-06' } })],
  ])('is not made under a tombstone %s: the record stays, and is an alarm', async (_, standing) => {
    const id = await check('A-5', '2026-10-05');
    await close('A-5', '2026-10-05');
    const record = (await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(id))?.record;
    if (!record) throw new Error('no record');
    const body = standing({
      ...{ id, digest: recordDigest(record), keepUntil: record.keepUntil, deletedAt: '2041-10-06T01:00:00.000Z' },
      rule: { closed: { on: '2026-10-05', keepYears: 15, catalogueVersion: 'sample' } },
    });
    const key = { pk: { S: `C#${id}` }, sk: { S: 'T' } };
    const Item = { ...key, v: { N: '1' }, body: { S: body } };
    await client.send(new PutItemCommand({ TableName: api.stack.checkLogTable, Item }));
    expect(await sweepOn('2041-10-06')).toMatchObject({ unreadable: 1 });
    const own = { TableName: api.stack.checkLogTable, Key: { ...key, sk: { S: 'R' } } };
    expect((await client.send(new GetItemCommand(own))).Item).toBeDefined();
    await client.send(new DeleteItemCommand({ TableName: api.stack.checkLogTable, Key: key }));
    expect(await sweepOn('2041-10-07')).toMatchObject({ unreadable: 0 });
    expect((await client.send(new GetItemCommand(own))).Item).toBeUndefined();
  });
});
