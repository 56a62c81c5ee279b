import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { type ApiClient, startSampleStack } from '../api-client.ts';
import { listOf, rowsAbout } from '../intake/lists.ts';
import { importingInto, upload } from './importing.ts';
import { faultsIn, problemIn } from './shapes.ts';

vi.setConfig({ testTimeout: 120_000 });

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(async () => {
  await api?.stack.stop();
});

const { propose, ended } = importingInto(() => api);

const Page = z.strictObject({
  items: z.array(z.looseObject({ id: z.string(), state: z.string(), createdAt: z.string() })),
  next: z.nullable(z.string()),
});
type Item = z.infer<typeof Page>['items'][number];
const page = async (query = '', as = 'approver') => Page.parse((await api.get(`/v1/imports${query}`, as)).json);

/** Every page of a list, each of so many at most. */
async function walked(query: string, limit: number): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor = ''; ; ) {
    const { items: some, next } = await page(`?limit=${limit}${query}${cursor}`);
    expect(some.length).toBeLessThanOrEqual(limit);
    items.push(...some);
    if (next === null) return items;
    cursor = `&cursor=${next}`;
  }
}

async function waits(subject: number, number: string): Promise<string> {
  const text = listOf([{ subject, number, list: 'black' }]).replaceAll(',,2027', ',no-government-procurement,2027');
  const proposed = await propose(text, { source: 'court-defaulters-list' });
  await upload(proposed, text);
  expect(await ended(proposed.id)).toMatchObject({ state: 'awaiting-approval' });
  return proposed.id;
}

test('an approver finds what waits for them, with what it would change, and nothing that does not wait', async () => {
  const sent = await propose(listOf(rowsAbout(1, 1)));
  const [first, second] = [await waits(1, '罚1号'), await waits(2, '罚2号')];
  const waiting = await page('?state=awaiting-approval');
  expect(waiting).toMatchObject({
    items: [second, first].map((id) => ({
      id,
      state: 'awaiting-approval',
      proposedBy: 'administrator-xu',
      source: 'court-defaulters-list',
      plan: { black: { start: 1 }, counts: { read: 1, added: 1 }, needsApproval: true },
    })),
    next: null,
  });
  // Nobody knows yet what a plan's rows will be once they are written.
  expect(waiting.items[0]).not.toHaveProperty('terms');

  await api.call('POST', `/v1/imports/${first}/approval`, { as: 'approver' });
  await ended(first, ['done']);
  const body = { decision: 'decline', ground: '与来源核对中' };
  await api.call('POST', `/v1/imports/${second}/approval`, { as: 'approver', body });
  expect(await page('?state=awaiting-approval')).toEqual({ items: [], next: null });
  expect((await page('?state=done', 'admin')).items).toMatchObject([
    { id: first, approvedBy: 'director-zhou', terms: { inForce: 1, over: 0, toCome: 0 } },
  ]);
  expect((await page('?state=refused')).items).toMatchObject([{ id: second, refusal: { code: 'declined' } }]);
  expect((await page('?state=awaiting-upload')).items.map(({ id }) => id)).toEqual([sent.id]);
});

test('all imports are read newest first, page by page, each once, whatever their states', async () => {
  const text = listOf(rowsAbout(1, 1));
  for (let each = 0; each < 3; each += 1) await propose(text);
  const refused = await propose(text);
  await upload(refused, `${text}\n`);
  await ended(refused.id);
  await propose(text);
  const { items, next } = await page();
  expect(next).toBeNull();
  expect(new Set(items.map(({ state }) => state)).size).toBeGreaterThan(1);
  expect(items.map(({ createdAt }) => createdAt)).toEqual(
    items
      .map(({ createdAt }) => createdAt)
      .toSorted()
      .toReversed(),
  );
  for (const limit of [1, 2, 3, items.length]) expect(await walked('', limit), `${limit}`).toEqual(items);
  const untouched = items.filter(({ state }) => state === 'awaiting-upload');
  expect(await walked('&state=awaiting-upload', 2)).toEqual(untouched);
});

test('only those who propose or sign see them, and only a page of them', async () => {
  for (const as of ['steward-court', 'procurement', 'auditor'])
    problemIn(await api.get('/v1/imports', as), 403, 'forbidden');
  const faults = async (query: string) =>
    faultsIn(problemIn(await api.get(`/v1/imports?${query}`, 'admin'), 400, 'invalid-request'));
  expect(await faults('state=waiting')).toEqual(['/state unknown-value']);
  expect(await faults('limit=101')).toEqual(['/limit wrong-format']);
  problemIn(await api.get('/v1/imports?cursor=x', 'admin'), 400, 'invalid-request');
});
