import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, detailIn, pageIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

describe('a check by its id', () => {
  test('is the answer, with what was considered and did not count', async () => {
    const answer = answerIn(await api.check(question(SAMPLE.vetoAndExpired)));
    const detail = detailIn(await api.get(`/v1/checks/${answer.id}`, 'procurement'));
    expect(detail).toMatchObject(answer);
    expect(detail.verdicts[0]?.considered).toEqual([
      { listingId: 'sample-tax-0', guard: 'term', text: expect.any(String) },
    ]);
    expect(detail.determinations).toEqual([]);
  });

  test('names the guard in the reader’s language, the answer staying in its own', async () => {
    const { id } = answerIn(await api.check(question(SAMPLE.repaired), { 'accept-language': 'zh' }));
    const read = (language: string) =>
      api
        .call('GET', `/v1/checks/${id}`, { as: 'procurement', headers: { 'accept-language': language } })
        .then(detailIn);
    const [zh, en] = [await read('zh'), await read('en')];
    expect(zh.verdicts[0]?.considered[0]).toMatchObject({ listingId: 'sample-ccgp-3', guard: 'ended' });
    expect(en.verdicts[0]?.considered[0]?.text).toMatch(/^[\x20-\x7e]+$/);
    expect(en.verdicts[0]?.considered[0]?.text).not.toBe(zh.verdicts[0]?.considered[0]?.text);
    expect(en.statement).toBe(zh.statement);
  });

  test('is there for its caller and for an auditor, and for no one else', async () => {
    const { id } = answerIn(await api.check(question(undefined, consortium(organisation(1), SAMPLE.veto))));
    const own = detailIn(await api.get(`/v1/checks/${id}`, 'procurement'));
    expect(own.verdicts).toHaveLength(2);
    for (const auditor of ['auditor', 'chief-auditor'])
      expect(detailIn(await api.get(`/v1/checks/${id}`, auditor))).toEqual(own);
    for (const other of ['grants', 'commendation'])
      expect(problemIn(await api.get(`/v1/checks/${id}`, other), 404, 'not-found').detail).toBe(
        problemIn(await api.get('/v1/checks/AAAAAAAAAAAAAAAAAAAAAA', other), 404, 'not-found').detail,
      );
  });

  test('masks a person, as the answer did', async () => {
    const answer = answerIn(await api.check(question(personSubject())));
    const reply = await api.get(`/v1/checks/${answer.id}`, 'auditor');
    expect(detailIn(reply).verdicts[0]?.subject).toEqual(answer.verdicts[0]?.subject);
    expect(reply.text).not.toContain(SAMPLE.person);
    expect(reply.text).not.toContain(SAMPLE.personName);
  });
});

describe('an attempt with an invalid identifier', () => {
  const attempt = async (body: unknown) => problemIn(await api.check(body), 422, 'invalid-identifier');

  test('is on record under its attemptId, with every fault', async () => {
    const problem = await attempt(question('91350100M000100Y4A', { matter: { id: 'A-1' } }));
    expect(problem.errors?.[0]?.suggestion).toBe(SAMPLE.vetoAndExpired);
    for (const reader of ['procurement', 'auditor']) {
      const reply = await api.get(`/v1/checks/${problem.attemptId}`, reader);
      expect(reply).toMatchObject({
        status: 200,
        json: {
          id: problem.attemptId,
          outcome: 'invalid',
          matter: { id: 'A-1' },
          caller: 'procurement',
          operator: 'u-1029',
          subjects: [{ scheme: 'uscc', id: '913501************' }],
          errors: [{ code: 'check-digit' }],
        },
      });
    }
    problemIn(await api.get(`/v1/checks/${problem.attemptId}`, 'grants'), 404, 'not-found');
  });

  test('is found by outcome=invalid, and in no other search', async () => {
    const problem = await attempt(question('9135', { matter: { id: 'A-2' } }));
    const find = async (query: string) => pageIn(await api.get(`/v1/checks?${query}`, 'procurement')).items;
    expect((await find('outcome=invalid&limit=100')).map(({ id }) => id)).toContain(problem.attemptId);
    expect((await find('outcome=invalid&matter=A-2')).map(({ id }) => id)).toEqual([problem.attemptId]);
    expect(await find('matter=A-2')).toEqual([]);
    expect((await find('limit=100')).map(({ id }) => id)).not.toContain(problem.attemptId);
  });

  test('of a person holds no number, whole, masked or in part, and no name', async () => {
    const id = '110105194912310021';
    const subject = {
      ...personSubject(id, '测试姓名'),
      related: [{ ...personSubject(id, '测试姓名'), relation: 'legal-representative' }],
    };
    const problem = await attempt(question(subject, { matter: { id: 'A-3' } }));
    const reply = await api.get(`/v1/checks/${problem.attemptId}`, 'auditor');
    expect(reply.json).toMatchObject({ outcome: 'invalid', subjects: [{ scheme: 'resident-id' }] });
    for (const part of [id, id.slice(0, 6), id.slice(-4), '19491231', '测试姓名', '110*'])
      expect(reply.text.replace(problem.attemptId ?? '', '')).not.toContain(part);
  });

  test('holds no person’s number that was typed where a code belongs', async () => {
    const problem = await attempt(question({ scheme: 'uscc', id: SAMPLE.person }));
    const reply = await api.get(`/v1/checks/${problem.attemptId}`, 'auditor');
    expect(reply.status).toBe(200);
    expect(reply.text).not.toContain(SAMPLE.person);
  });

  test('does not use up its idempotency key', async () => {
    const headers = { 'idempotency-key': 'typo' };
    problemIn(await api.check(question('91350100M000100Y4A'), headers), 422, 'invalid-identifier');
    expect((await api.check(question(SAMPLE.vetoAndExpired), headers)).status).toBe(201);
  });

  test('is no check: nothing can be determined on it', async () => {
    const { attemptId } = await attempt(question('9135'));
    const body = { decision: 'may-grant', ground: 'x' };
    const reply = await api.call('POST', `/v1/checks/${attemptId}/determination`, { as: 'procurement', body });
    problemIn(reply, 409, 'conflict');
  });
});

test('no line of the log holds a number or a name of a person, whatever the request ends in', async () => {
  const [number, wrong, name, typed] = [SAMPLE.person, '110105194912310021', '欧阳某某', 'E98765432'];
  const related = { ...personSubject(number, name), relation: 'legal-representative' };
  const headers = { 'idempotency-key': 'private' };
  vi.mocked(console.log).mockClear();
  const { id } = answerIn(await api.check(question(personSubject(number, name)), headers));
  await api.check(question(personSubject(number, name)), headers);
  await api.check(question(personSubject(number, `${name}二`)), headers);
  await api.check(question(personSubject(wrong, name)));
  await api.check(question({ scheme: 'uscc', id: organisation(1), related: [related] }));
  await api.check(question({ ...personSubject(number, name), basis: undefined }));
  await api.check(question({ scheme: 'passport', id: typed, name, country: 'XYZ', basis: related.basis }));
  await api.check(`{"subjects":[{"id":"${number}","name":"${name}"`);
  await api.call('POST', '/v1/checks/search', {
    as: 'procurement',
    body: { subject: { scheme: 'resident-id', id: number } },
  });
  await api.get(`/v1/checks?subject=resident-id:${number}`, 'procurement');
  await api.get(`/v1/checks/${number}`, 'procurement');
  await api.get(`/v1/checks/${id}`, 'auditor');
  await api.call('POST', `/v1/checks/${id}/determination`, {
    as: 'procurement',
    body: { decision: 'may-grant', ground: `${name} ${number}` },
  });
  const lines = vi.mocked(console.log).mock.calls.map((line) => line.map(String).join(' '));
  expect(lines.length).toBeGreaterThan(10);
  const masked = '110*************2X';
  for (const line of lines)
    for (const part of [number, wrong, name, '欧阳', typed, masked]) expect(line).not.toContain(part);
});
