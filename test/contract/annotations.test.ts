import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

let api: ApiClient;
let id = '';
beforeAll(async () => {
  api = await startSampleStack();
  id = answerIn(await api.check(question(organisation(400)))).id;
});
afterAll(() => api?.stack.stop());

const annotate = (text: unknown, as = 'auditor', check = id) =>
  api.call('POST', `/v1/checks/${check}/annotations`, { as, body: { text } });

test('an auditor’s note is appended and signed by the token; the record stays as it was; callers do not see it', async () => {
  const before = (await api.get(`/v1/checks/${id}`, 'procurement')).text;
  for (const text of ['与采购公告不一致', 'second note'])
    expect(await annotate(text)).toMatchObject({ status: 201, json: { checkId: id, text } });
  expect((await api.get(`/v1/checks/${id}`, 'auditor')).json).toMatchObject({
    annotations: [
      { text: '与采购公告不一致', by: { subject: 'auditor', person: 'auditor-sun' } },
      { text: 'second note' },
    ],
  });
  expect((await api.get(`/v1/checks/${id}`, 'procurement')).text).toBe(before);
});

test.each(['procurement', 'grants', 'admin', 'steward-court'])('is not %s’s to write', async (client) => {
  problemIn(await annotate('x', client), 403, 'forbidden');
});

test('is refused where it names a person’s number, where it is empty, and where there is no such check', async () => {
  const faults = async (text: unknown) => faultsIn(problemIn(await annotate(text), 400, 'invalid-request'));
  expect(await faults(`身份证 ${SAMPLE.person}`)).toEqual(['/text personal-number']);
  expect(await faults('')).toEqual(['/text too-small']);
  problemIn(await annotate('x', 'auditor', 'A'.repeat(22)), 404, 'not-found');
});
