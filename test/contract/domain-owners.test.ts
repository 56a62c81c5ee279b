import { afterAll, beforeAll, expect, it } from 'vitest';
import * as z from 'zod';
import { type ApiClient, startSampleStack } from '../api-client.ts';
import { Case } from './keeping.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const Published = z.looseObject({
  domains: z.array(z.looseObject({ code: z.string() })),
  listKeeping: z.looseObject({ owners: z.array(z.object({ domain: z.string(), authority: z.string() })) }),
});
const current = async () => {
  const { headSequence: _, switches: __, ...body } = Published.parse((await api.get('/v1/catalogue', 'admin')).json);
  return body;
};

it.each([
  ['sample-ccgp-1', 'steward-tax', 'steward-court'],
  ['sample-article22-1', 'steward-court', 'steward-tax'],
])('%s, of a domain without a rule of its own, is answered for by %s alone', async (listing, owner, other) => {
  const path = `/v1/listings/${listing}/objections`;
  const body = { by: 'subject', ground: 'wrong-subject', statement: '并非本单位' };
  expect((await api.call('POST', path, { as: other, body })).status).toBe(403);
  const { status, text, json } = await api.call('POST', path, { as: owner, body });
  expect([status, text]).toEqual([201, expect.any(String)]);
  const { id } = Case.parse(json);
  expect((await api.get('/v1/clocks', owner)).text).toContain(id);
  const accepted = { as: owner, body: { accepted: true } };
  expect((await api.call('POST', `/v1/objections/${id}/acceptance`, accepted)).status).toBe(200);
  const upheld = { as: 'approver', body: { outcome: 'upheld', ground: '查明' } };
  expect((await api.call('POST', `/v1/objections/${id}/resolution`, upheld)).status).toBe(200);
});

it('a catalogue with a domain that nobody answers for is refused, and one with an owner that it does not know', async () => {
  const { listKeeping, ...body } = await current();
  const put = async (owners: object[]) => {
    const next = { ...body, version: 'owners-1', listKeeping: { ...listKeeping, owners } };
    const { status, text } = await api.call('PUT', '/v1/catalogue', { as: 'admin', body: next });
    return [status, text];
  };
  const { owners } = listKeeping;
  expect(await put(owners.filter(({ domain }) => domain !== 'wage-arrears'))).toEqual([
    400,
    expect.stringMatching(/listKeeping\/owners.*wage-arrears/),
  ]);
  expect(await put(owners.map((each) => ({ ...each, authority: 'nobody' })))).toEqual([400, expect.any(String)]);
  expect(await put([...owners, ...owners])).toEqual([400, expect.any(String)]);
  expect((await put(owners))[0]).toBeLessThan(300);
});
