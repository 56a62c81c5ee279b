import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { localClient } from '../../infra/local/stack.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { type ApiClient, startSampleStack } from '../api-client.ts';
import { problemIn } from './shapes.ts';

const Page = z.strictObject({
  items: z.array(
    z.strictObject({ at: z.iso.datetime(), kind: z.string(), who: z.object({}).loose(), what: z.object({}).loose() }),
  ),
  next: z.string().nullable(),
});
const PATH = '/v1/violations';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
  const register = new DynamoViolationRegister(localClient(api.stack.endpoint), api.stack.registryTable);
  for (const measure of ['a', 'b', 'c'])
    await register.append({
      at: `2026-11-21T01:00:0${measure === 'a' ? 1 : measure === 'b' ? 2 : 3}.000Z`,
      kind: 'uncatalogued-measure',
      who: { actor: 'steward-court', person: 'judge-chen', authority: 'supreme-court' },
      what: { measure },
    });
});
afterAll(() => api?.stack.stop());

test('the register is read newest first, page by page', async () => {
  const first = Page.parse((await api.get(`${PATH}?limit=2`, 'auditor')).json);
  expect(first.items.map(({ what }) => what)).toEqual([{ measure: 'c' }, { measure: 'b' }]);
  const second = Page.parse((await api.get(`${PATH}?limit=2&cursor=${first.next}`, 'chief-auditor')).json);
  expect(second).toEqual({ items: [expect.objectContaining({ what: { measure: 'a' } })], next: null });
});

test('whoever reads it is on record', async () => {
  const looks = async () =>
    z
      .object({
        items: z.array(z.object({ kind: z.string(), by: z.object({ person: z.string() }), results: z.int() })),
      })
      .parse((await api.get('/v1/looks?client=auditor', 'chief-auditor')).json)
      .items.filter(({ kind }) => kind === 'violations');
  const before = await looks();
  expect((await api.get(`${PATH}?limit=2`, 'auditor')).status).toBe(200);
  expect(await looks()).toEqual([{ kind: 'violations', by: { person: 'auditor-sun' }, results: 2 }, ...before]);
});

test.each(['procurement', 'steward-court', 'admin'])('%s does not read it', async (client) => {
  problemIn(await api.get(PATH, client), 403, 'forbidden');
});

test.each(['cursor=abc', 'limit=0', 'limit=101', 'kind=x'])('%s is refused', async (query) => {
  problemIn(await api.get(`${PATH}?${query}`, 'auditor'), 400, 'invalid-request');
});
