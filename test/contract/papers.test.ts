import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { sweeperHandler } from '../../functions/sweeper/handler.ts';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoHeldTerms } from '../../lib/dynamo/held-terms.ts';
import { DynamoPapersStore } from '../../lib/dynamo/papers-store.ts';
import { DynamoSweepStore } from '../../lib/dynamo/sweep-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { type ApiClient, organisation, question } from '../api-client.ts';
import { startClockedStack, type TestClock } from './clocked.ts';
import { answerIn } from './shapes.ts';

const BUDGET = 600_000;
const STATEMENT = '发票系他人虚开，有公安机关证明';
const FACTS = '虚开增值税专用发票';

let api: ApiClient;
let clock: TestClock;
beforeAll(async () => {
  ({ api, clock } = await startClockedStack(new Date('2026-09-18T10:00:00+08:00')));
});
afterAll(() => api.stack.stop());

const on = (date: string) => {
  clock.now = Date.parse(`${date}T12:00:00+08:00`);
};
const post = async (path: string, as: string, body: unknown = {}) => {
  const reply = await api.call('POST', path, { as, body });
  expect(reply.status, reply.text).toBeLessThan(300);
  return z.looseObject({ id: z.string() }).parse(reply.json).id;
};

function sweepOn(date: string) {
  on(date);
  const { endpoint, registryTable, checkLogTable } = api.stack;
  const client = localClient(endpoint);
  const head = new DynamoHeadStore(client, registryTable);
  return sweeperHandler({
    terms: new DynamoHeldTerms(client, { registry: registryTable, checkLog: checkLogTable }),
    records: new DynamoSweepStore(client, { registry: registryTable, checkLog: checkLogTable }),
    papers: new DynamoPapersStore(client, registryTable),
    papersRule: () => head.papersRule(),
    clock: () => instant(clock.now),
    budgetMs: BUDGET,
  })();
}

const LISTING = {
  subject: { scheme: 'uscc', id: organisation(710) },
  list: 'black',
  domain: 'tax-major-violation',
  document: {
    number: '样税稽罚〔2026〕71号',
    type: 'penalty-decision',
    issuer: '样例省税务局',
    issuedOn: '2026-08-20',
  },
  grade: 'serious',
  facts: FACTS,
  measures: ['no-government-procurement'],
  until: '2028-09-01',
  repair: { repairable: true, route: '向税务局申请' },
  exitConditions: '期满或修复',
  remedy: '六十日内申请行政复议',
  recognition: ['investigation', 'standard-comparison', 'fact-finding', 'deliberation'].map((step) => ({
    step,
    on: '2026-07-01',
    record: '笔录',
  })),
};

test('the papers of an ended listing, its objections and their evidence are deleted when no check can rest on them any more; what happened stays', async () => {
  const listing = await post('/v1/listings', 'steward-tax', LISTING);
  await post(`/v1/listings/${listing}/publicity`, 'steward-tax', { service: '直接送达' });
  on('2026-10-09');
  await post(`/v1/listings/${listing}/decision`, 'approver', { decision: 'list', ground: '事实清楚' });
  await post(`/v1/listings/${listing}/activation`, 'steward-tax');
  const check = answerIn(await api.check(question(organisation(710))));
  const version = check.verdicts[0]?.standingVersion;
  const objection = await post(`/v1/listings/${listing}/objections`, 'steward-tax', {
    by: 'subject',
    ground: 'wrong-facts',
    statement: STATEMENT,
  });
  await post(`/v1/objections/${objection}/acceptance`, 'steward-tax', { accepted: true });
  on('2026-10-12');
  await post(`/v1/objections/${objection}/resolution`, 'steward-tax', { outcome: 'upheld', ground: '查明属实' });

  const shown = async () => (await api.get(`/v1/listings/${listing}`, 'steward-tax')).text;
  const events = async () => (await api.get(`/v1/listings/${listing}/events`, 'steward-tax')).json;
  // What a replay of the check decides on.
  const standing = async () => {
    const body = { subject: { scheme: 'uscc', id: organisation(710) }, version, purpose: '复核', operator: 'u-1' };
    return (await api.call('POST', '/v1/standings/query', { as: 'auditor', body })).json;
  };
  const [happened, decidedOn] = [await events(), await standing()];
  expect(decidedOn).toMatchObject({ listings: [{ id: listing, state: 'active' }] });
  expect(await shown()).toContain(STATEMENT);

  // The last day of the 21st year counts.
  expect(await sweepOn('2047-10-12')).toMatchObject({ papers: 0 });
  for (const text of [STATEMENT, FACTS]) expect(await shown()).toContain(text);
  expect(await sweepOn('2047-10-13')).toMatchObject({ papers: 1, unfinished: false });
  for (const text of [STATEMENT, FACTS]) expect(await shown()).not.toContain(text);
  expect(JSON.parse(await shown())).toMatchObject({
    phase: 'ended',
    ended: { reason: 'objection-upheld' },
    cases: [],
    papersDeleted: {
      deletedAt: '2047-10-13T04:00:00.000Z',
      rule: expect.stringMatching(/^ended, kept 21 years by sample-/),
    },
  });
  expect(await events()).toEqual(happened);
  expect(await standing()).toEqual(decidedOn);
  expect(await sweepOn('2047-10-14')).toMatchObject({ papers: 0 });
});

test('a catalogue that keeps papers for a shorter time than a check that rests on them is refused', async () => {
  const read = async () => z.looseObject({ version: z.string() }).parse((await api.get('/v1/catalogue', 'admin')).json);
  const { headSequence: _, switches: __, ...catalogue } = await read();
  const listKeeping = {
    authorities: [],
    owners: [],
    terms: { objectionAcceptance: 3, objectionReply: 7, repairAcceptance: 3, repairResult: 10 },
    endedPapersYears: 20,
    rules: [],
  };
  const put = (years: number) =>
    api.call('PUT', '/v1/catalogue', {
      as: 'admin',
      body: { ...catalogue, version: `papers-${years}`, listKeeping: { ...listKeeping, endedPapersYears: years } },
    });
  expect((await put(20)).text).toContain('/listKeeping/endedPapersYears');
  expect((await put(21)).text).not.toContain('/listKeeping/endedPapersYears');
});
