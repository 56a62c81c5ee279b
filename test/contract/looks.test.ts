import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { FaultProxy, throttled } from '../functions/fault-proxy.ts';
import { answerIn, detailIn, faultsIn, pageIn, problemIn } from './shapes.ts';

const Look = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  kind: z.string(),
  by: z.strictObject({ client: z.string(), subject: z.string(), person: z.string() }),
  subjects: z.array(z.string()),
  checkId: z.string().optional(),
  asked: z.record(z.string(), z.string()),
  purpose: z.string().optional(),
  results: z.int(),
});
const Looks = z.strictObject({ items: z.array(Look), next: z.string().nullable() });

let api: ApiClient;
let proxy: FaultProxy;
beforeAll(async () => {
  api = await startSampleStack({
    functionsEndpoint: async (engine) => {
      proxy = new FaultProxy(engine);
      return await proxy.start();
    },
  });
});
afterAll(async () => {
  await api?.stack.stop();
  await proxy?.stop();
});

/** What the chief auditor sees. */
async function looks(query: Record<string, string>): Promise<z.infer<typeof Looks>> {
  const reply = await api.get(`/v1/looks?${new URLSearchParams(query)}`, 'chief-auditor');
  expect(reply.status, reply.text).toBe(200);
  return Looks.parse(reply.json);
}
async function looksAt(subject: unknown): Promise<z.infer<typeof Looks>> {
  const reply = await api.call('POST', '/v1/looks/search', { as: 'chief-auditor', body: { subject } });
  expect(reply.status, reply.text).toBe(200);
  return Looks.parse(reply.json);
}
const check = async (subject: unknown, matter: string, as = 'procurement') =>
  answerIn(await api.check(question(subject, { matter: { id: matter } }), {}, as));

describe('a look at the log', () => {
  test('by a search is on record: who, what was asked, how many lines were shown', async () => {
    await check(organisation(200), 'L-1');
    pageIn(await api.get('/v1/checks?matter=L-1&outcome=pass&from=2026-01-01', 'auditor'));
    const [look] = (await looks({ client: 'auditor' })).items;
    expect(look).toMatchObject({
      kind: 'search',
      by: { client: 'auditor', subject: 'auditor', person: 'auditor-sun' },
      subjects: [],
      asked: { matter: 'L-1', outcome: 'pass', from: '2026-01-01' },
      results: 1,
    });
  });

  test('by a caller at its own record is a look too, found by the record and its subject', async () => {
    const { id } = await check(organisation(201), 'L-2');
    detailIn(await api.get(`/v1/checks/${id}`, 'procurement'));
    const { items } = await looks({ check: id });
    expect(items).toMatchObject([{ kind: 'detail', by: { client: 'procurement' }, checkId: id, results: 1 }]);
    expect((await looks({ subject: `uscc:${organisation(201)}` })).items).toEqual(items);
    expect((await looks({ subject: `uscc:${organisation(201)}`, client: 'grants' })).items).toEqual([]);
    expect((await looks({ subject: `uscc:${organisation(201)}`, check: id })).items).toEqual(items);
  });

  test('at a consortium is found by every member, once', async () => {
    const members = [organisation(202), organisation(203), organisation(204)];
    const body = question(undefined, { ...consortium(...members), matter: { id: 'L-3' } });
    const { id } = answerIn(await api.check(body));
    detailIn(await api.get(`/v1/checks/${id}`, 'auditor'));
    const expected = (await looks({ check: id })).items;
    expect(expected).toHaveLength(1);
    for (const member of members) expect((await looks({ subject: `uscc:${member}` })).items).toEqual(expected);
  });

  test('at a record of another caller shows nothing, and is on record as such', async () => {
    const { id } = await check(organisation(205), 'L-4');
    problemIn(await api.get(`/v1/checks/${id}`, 'grants'), 404, 'not-found');
    expect((await looks({ check: id })).items).toMatchObject([{ by: { client: 'grants' }, subjects: [], results: 0 }]);
  });

  test('for a person keeps no number of theirs, and is found by it', async () => {
    const { id } = await check(personSubject(), 'L-5');
    const subject = { scheme: 'resident-id', id: SAMPLE.person };
    const body = { subject, purpose: '复核投诉' };
    pageIn(await api.call('POST', '/v1/checks/search', { as: 'auditor', body }));
    detailIn(await api.get(`/v1/checks/${id}`, 'auditor'));
    const { items } = await looksAt(subject);
    expect(items.slice(0, 2)).toMatchObject([
      { kind: 'detail', checkId: id },
      { kind: 'search', purpose: '复核投诉' },
    ]);
    expect(JSON.stringify(items)).not.toContain(SAMPLE.person);
    expect(items[0]?.subjects[0]).toMatch(/^p:1:/);
  });

  test('at the looks is a look', async () => {
    await looks({ client: 'nobody' });
    expect((await looks({ client: 'chief-auditor' })).items[0]).toMatchObject({
      kind: 'looks',
      asked: { client: 'nobody' },
      results: 0,
    });
  });

  test('is not among the checks, however it is searched', async () => {
    await check(organisation(206), 'L-6');
    pageIn(await api.get(`/v1/checks?subject=uscc:${organisation(206)}`, 'auditor'));
    expect(pageIn(await api.get(`/v1/checks?subject=uscc:${organisation(206)}`, 'auditor')).items).toHaveLength(1);
    expect(pageIn(await api.get('/v1/checks?caller=auditor', 'auditor')).items).toEqual([]);
  });

  test.each([
    ['a search', () => '/v1/checks?matter=L-7'],
    ['a record', (id: string) => `/v1/checks/${id}`],
  ])('that cannot be put on record shows nothing: %s', async (_, path) => {
    const { id } = await check(organisation(207), 'L-7');
    const end = proxy.inject('PutItem', throttled('AccessDeniedException'), 1, '"look"');
    const reply = await api.get(path(id), 'auditor');
    end();
    problemIn(reply, 503, 'evidence-unavailable');
    expect(reply.text).not.toContain(id);
  });
});

describe('who looked', () => {
  test.each(['auditor', 'procurement', 'admin', 'approver'])('is not for %s to see', async (client) => {
    problemIn(await api.get('/v1/looks', client), 403, 'forbidden');
    problemIn(await api.call('POST', '/v1/looks/search', { as: client, body: {} }), 403, 'forbidden');
  });

  test('is seen over all clients, newest first, page by page', async () => {
    const matters = ['L-10', 'L-11', 'L-12', 'L-13', 'L-14'];
    for (const matter of matters)
      pageIn(await api.get(`/v1/checks?matter=${matter}`, matter < 'L-12' ? 'auditor' : 'grants'));
    const found: string[] = [];
    let cursor: string | null = '';
    const to = new Date().toISOString();
    while (cursor !== null) {
      const page: z.infer<typeof Looks> = await looks({ to, limit: '3', ...(cursor !== '' && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(3);
      found.push(...page.items.flatMap(({ kind, asked }) => (kind === 'search' ? (asked.matter ?? '') : [])));
      cursor = page.next;
    }
    expect(found.filter((matter) => matters.includes(matter))).toEqual(matters.toReversed());
  });

  test('has cursors that are of use in their own query only', async () => {
    const { next } = await looks({ client: 'auditor', limit: '1' });
    const reply = await api.get(`/v1/looks?client=grants&cursor=${next}`, 'chief-auditor');
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/cursor wrong-format']);
  });

  test('is bounded by time', async () => {
    expect((await looks({ client: 'auditor', to: '2026-01-01' })).items).toEqual([]);
  });

  test('is never asked for with a person in the URL', async () => {
    const reply = await api.get(`/v1/looks?subject=resident-id:${SAMPLE.person}`, 'chief-auditor');
    problemIn(reply, 400, 'invalid-request');
  });
});
