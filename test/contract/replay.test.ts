import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localClient } from '../../infra/local/stack.ts';
import { keyItem, toB } from '../../lib/dynamo/attributes.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { headEventKey, recordKey, standingEventKey } from '../../lib/dynamo/keys.ts';
import { packBody } from '../../lib/dynamo/record-body.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import {
  type ApiClient,
  consortium,
  organisation,
  personSubject,
  question,
  SAMPLE,
  startSampleStack,
} from '../api-client.ts';
import { answerIn, problemIn } from './shapes.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

const replay = (id: string, as = 'auditor') => api.call('POST', `/v1/checks/${id}/replay`, { as });
const checked = async (body: unknown, language = 'zh') =>
  answerIn(await api.check(body, { 'accept-language': language }));

describe('a check decided again', () => {
  test.each([
    ['a veto', question(SAMPLE.vetoAndExpired), 'zh'],
    ['an answer in English', question(SAMPLE.veto), 'en'],
    ['a person', question(personSubject()), 'zh'],
    ['a consortium', question(undefined, consortium(organisation(1), SAMPLE.veto, SAMPLE.favour)), 'en'],
    [
      'related subjects',
      question({
        scheme: 'uscc',
        id: organisation(2),
        name: '样例公司长沙分公司',
        related: [
          { scheme: 'uscc', id: SAMPLE.veto, name: '样例公司', relation: 'head-office' },
          { ...personSubject(), relation: 'legal-representative' },
        ],
      }),
      'zh',
    ],
  ])('gives the same bytes: %s', async (_, body, language) => {
    const answer = await checked(body, language);
    const reply = await replay(answer.id);
    expect(reply.status, reply.text).toBe(200);
    expect(reply.json).toMatchObject({
      checkId: answer.id,
      agrees: true,
      differences: [],
      catalogueVersion: answer.catalogueVersion,
    });
    expect(reply.text).not.toContain(SAMPLE.person);
  });

  test('shows where a record was altered', async () => {
    const { id } = await checked(question(SAMPLE.veto));
    const client = localClient(api.stack.endpoint);
    const record = (await new DynamoCheckLogReader(client, api.stack.checkLogTable).record(id))?.record;
    const answer = (record?.answer ?? '').replace('"obligation":"must-not-grant"', '"obligation":"may-grant"');
    const { bytes } = packBody(answer, JSON.stringify(record?.detail));
    await client.send(
      new UpdateItemCommand({
        TableName: api.stack.checkLogTable,
        Key: keyItem(recordKey(id)),
        UpdateExpression: 'SET body = :body',
        ExpressionAttributeValues: { ':body': toB(bytes) },
      }),
    );
    client.destroy();
    expect((await replay(id)).json).toMatchObject({
      agrees: false,
      differences: [{ pointer: '/obligation', recorded: 'may-grant', replayed: 'must-not-grant' }],
    });
  });

  test('says what is no longer kept, and decides nothing without it', async () => {
    const { id } = await checked(question(SAMPLE.warn));
    const before = await checked(question(SAMPLE.favour));
    const client = localClient(api.stack.endpoint);
    const gone = (key: Parameters<typeof keyItem>[0]) =>
      client.send(new DeleteItemCommand({ TableName: api.stack.registryTable, Key: keyItem(key) }));
    await gone(standingEventKey(organisationKey(SAMPLE.warn.slice(8, 17)), 1));
    expect(problemIn(await replay(id), 409, 'conflict').detail).toContain('主体状态');
    await api.call('PUT', '/v1/switches/court-defaulters', { as: 'admin', body: { state: 'off' } });
    expect((await replay(before.id)).json).toMatchObject({ agrees: true });
    for (const sequence of [1, 2, 3]) await gone(headEventKey(sequence));
    client.destroy();
    expect(problemIn(await replay(before.id), 409, 'conflict').detail).toContain('开关');
  });

  test('is an auditor’s, of a check that exists, and itself a look', async () => {
    const { id } = await checked(question());
    problemIn(await replay(id, 'procurement'), 403, 'forbidden');
    problemIn(await replay('AAAAAAAAAAAAAAAAAAAAAA'), 404, 'not-found');
    const { attemptId = '' } = problemIn(await api.check(question('9135')), 422, 'invalid-identifier');
    problemIn(await replay(attemptId), 409, 'conflict');
    const { json } = await api.get('/v1/looks?client=auditor&limit=1', 'chief-auditor');
    expect(json).toMatchObject({ items: [{ kind: 'replay', checkId: attemptId }] });
  });
});
