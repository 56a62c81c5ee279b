import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { type ApiClient, consortium, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { FaultProxy, throttled } from '../functions/fault-proxy.ts';
import { answerIn, faultsIn, problemIn } from './shapes.ts';

let api: ApiClient;
let proxy: FaultProxy | undefined;
beforeAll(async () => {
  api = await startSampleStack({
    functionsEndpoint: (engine) => {
      proxy = new FaultProxy(engine);
      return proxy.start();
    },
  });
});
afterAll(async () => {
  await api?.stack.stop();
  await proxy?.stop();
});

const check = (changes: Record<string, unknown> = {}, headers = {}) => api.check(question(undefined, changes), headers);

describe('invalid-request, 400', () => {
  test('malformed JSON', async () => {
    expect(faultsIn(problemIn(await api.check('{"scene"'), 400, 'invalid-request'))).toEqual([' malformed-json']);
  });

  test('unknown field', async () => {
    expect(faultsIn(problemIn(await check({ colour: 1 }), 400, 'invalid-request'))).toEqual(['/colour unknown-field']);
  });

  test('missing field', async () => {
    expect(faultsIn(problemIn(await check({ operator: undefined }), 400, 'invalid-request'))).toEqual([
      '/operator missing',
    ]);
  });

  test('unknown parameter', async () => {
    const reply = await api.get('/v1/checks?colour=red', 'procurement');
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual(['/colour unknown-field']);
  });

  test('several subjects without consortium', async () => {
    const { subjects } = consortium(organisation(1), organisation(2));
    expect(faultsIn(problemIn(await check({ subjects }), 400, 'invalid-request'))).toEqual([
      '/consortium consortium-required',
    ]);
  });

  test('body over 256 KB', async () => {
    const reply = await api.check(JSON.stringify(question()).padEnd(256 * 1024 + 1));
    expect(faultsIn(problemIn(reply, 400, 'invalid-request'))).toEqual([' too-large']);
  });

  test.each([[''], [' '], ['k'.repeat(129)], ['a b'], ['a\tb'], ['café']])(
    'an Idempotency-Key that is %j',
    async (key) => {
      problemIn(await check({}, { 'idempotency-key': key }), 400, 'invalid-request');
    },
  );
});

describe('forbidden, 403', () => {
  test.each([
    ['POST', '/v1/checks', 'auditor'],
    ['POST', '/v1/check-batches', 'steward-court'],
    ['GET', '/v1/checks', 'admin'],
    ['GET', '/v1/checks/x', 'steward-tax'],
    ['POST', '/v1/checks/search', 'approver'],
    ['POST', '/v1/checks/x/determination', 'auditor'],
    ['PUT', '/v1/catalogue', 'procurement'],
    ['PUT', '/v1/switches/no-land', 'approver'],
    ['POST', '/v1/callers', 'approver'],
    ['POST', '/v1/callers/x/approval', 'admin'],
    ['PATCH', '/v1/callers/x', 'auditor'],
    ['POST', '/v1/aliases', 'procurement'],
    ['POST', '/v1/aliases', 'approver'],
    ['GET', '/v1/aliases', 'procurement'],
    ['POST', '/v1/aliases/x/signature', 'steward-court'],
    ['POST', '/v1/aliases/x/withdrawal', 'approver'],
  ])('%s %s is out of the scope of %s', async (method, path, as) => {
    problemIn(await api.call(method, path, { as, ...(method !== 'GET' && { body: {} }) }), 403, 'forbidden');
  });

  test('a scene that is not the caller’s', async () => {
    problemIn(await check({ scene: 'fiscal-fund' }), 403, 'forbidden');
    problemIn(await api.check(question(), {}, 'commendation'), 403, 'forbidden');
  });

  test('a record that is not the caller’s can be read by no one but its caller and an auditor', async () => {
    const { id } = answerIn(await check());
    problemIn(await api.get(`/v1/checks/${id}`, 'grants'), 404, 'not-found');
    expect((await api.get(`/v1/checks/${id}`, 'auditor')).status).toBe(200);
  });
});

describe('not-found, 404', () => {
  test.each([
    ['GET', '/v1/checks/AAAAAAAAAAAAAAAAAAAAAA', 'procurement', undefined],
    ['GET', '/v1/checks/C%23x', 'auditor', undefined],
    ['POST', '/v1/checks/AAAAAAAAAAAAAAAAAAAAAA/determination', 'procurement', { decision: 'may-grant', ground: 'x' }],
    ['PATCH', '/v1/callers/nobody', 'admin', { state: 'suspended' }],
    ['POST', '/v1/callers/nobody/approval', 'approver', {}],
    ['PUT', '/v1/switches/no-such-measure', 'admin', { state: 'off' }],
    ['GET', '/v1/aliases/alias-x', 'auditor', undefined],
    ['POST', '/v1/aliases/alias-x/signature', 'approver', {}],
    ['POST', '/v1/aliases/alias-x/withdrawal', 'steward-tax', { ground: 'x' }],
  ])('%s %s', async (method, path, as, body) => {
    problemIn(await api.call(method, path, { as, body }), 404, 'not-found');
  });
});

describe('conflict, 409', () => {
  test('names the state and what it allows', async () => {
    const { id } = answerIn(await check());
    const body = { decision: 'may-grant', ground: 'licence seen' };
    const reply = await api.call('POST', `/v1/checks/${id}/determination`, { as: 'procurement', body });
    const problem = problemIn(reply, 409, 'conflict');
    expect(problem.detail).toMatch(/pass/);
    expect(problem.detail).toMatch(/indeterminate/);
  });
});

describe('invalid-identifier, 422', () => {
  test.each([
    ['wrong length', 'uscc', '9135010', 'length'],
    ['wrong alphabet', 'uscc', '91350100M000100YI3', 'alphabet'],
    ['wrong check digit', 'uscc', '91350100M000100Y4A', 'check-digit'],
    ['wrong structure', 'uscc', 'XX350100M000100Y43', 'structure'],
    ['a birth date that does not exist', 'resident-id', '11010519490231002X', 'birth-date'],
    ['masked', 'uscc', '913501******100Y43', 'masked'],
    ['an organisation code', 'org-code', 'M000100Y5', 'check-digit'],
    ['a registration number', 'registration-no', '430100000001234', 'check-digit'],
  ])('%s', async (_, scheme, id, rule) => {
    const basis = scheme === 'resident-id' ? { basis: { kind: 'statute', reference: 'x' } } : {};
    const problem = problemIn(await api.check(question({ scheme, id, ...basis })), 422, 'invalid-identifier');
    expect(faultsIn(problem)).toContain(`/subjects/0/id ${rule}`);
    expect(problem.attemptId).toEqual(expect.any(String));
  });

  test('suggests the repair, with the place', async () => {
    const problem = problemIn(await api.check(question('91350100M000100Y4A')), 422, 'invalid-identifier');
    expect(problem.errors).toMatchObject([
      {
        pointer: '/subjects/0/id',
        code: 'check-digit',
        position: 18,
        character: 'A',
        suggestion: SAMPLE.vetoAndExpired,
      },
    ]);
  });

  test('is told for the principal and the related too, all at once', async () => {
    const subject = {
      scheme: 'uscc',
      id: '9135',
      related: [{ relation: 'head-office', scheme: 'org-code', id: 'M000100Y5' }],
    };
    const reply = await api.check(question(subject, { principal: { scheme: 'uscc', id: '1' } }));
    expect(faultsIn(problemIn(reply, 422, 'invalid-identifier'))).toEqual([
      '/principal/id length',
      '/subjects/0/id length',
      '/subjects/0/related/0/id check-digit',
    ]);
  });

  test('of a person says nothing of the number', async () => {
    const id = '110105194912310021';
    const subject = { scheme: 'resident-id', id, name: '样例个人', basis: { kind: 'consent', reference: 'x' } };
    const reply = await api.check(question(subject));
    const problem = problemIn(reply, 422, 'invalid-identifier');
    expect(problem.errors?.[0]).not.toHaveProperty('suggestion');
    for (const part of [id, id.slice(0, 8), '19491231', '样例个人']) expect(reply.text).not.toContain(part);
  });
});

test('idempotency-mismatch, 422: the key was used with another body', async () => {
  const headers = { 'idempotency-key': 'mismatch-1' };
  expect((await check({}, headers)).status).toBe(201);
  problemIn(await check({ operator: 'someone-else' }, headers), 422, 'idempotency-mismatch');
});

test('too-many-requests, 429: over the caller’s quota, with Retry-After', async () => {
  const body = { quota: { perSecond: 0.01, burst: 2 } };
  expect((await api.call('PATCH', '/v1/callers/commendation', { as: 'admin', body })).status).toBe(200);
  const ask = () => api.check(question(undefined, { scene: 'commendation' }), {}, 'commendation');
  const replies = [await ask(), await ask(), await ask()];
  expect(replies.map(({ status }) => status)).toEqual([201, 201, 429]);
  const last = replies[2];
  if (last) problemIn(last, 429, 'too-many-requests');
  expect(Number(last?.headers.get('retry-after'))).toBe(100);
});

test('too-many-requests, 429: blocked after an overrun, until then', async () => {
  const { endpoint, registryTable } = api.stack;
  const client = dynamoClient({ endpoint, region: LOCAL_REGION });
  const block = (until: string) =>
    client.send(
      new UpdateItemCommand({
        TableName: registryTable,
        Key: { pk: { S: 'CALLER#grants' }, sk: { S: 'C' } },
        UpdateExpression: 'SET blockedUntil = :until',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':until': { S: until } },
      }),
    );
  const ask = () => api.check(question(undefined, { scene: 'fiscal-fund' }), {}, 'grants');
  await block(new Date(Date.now() + 3_600_000).toISOString());
  const blocked = await ask();
  await block(new Date(Date.now() - 1).toISOString());
  const free = await ask();
  client.destroy();
  problemIn(blocked, 429, 'too-many-requests');
  const seconds = Number(blocked.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(3_600);
  expect(free.status).toBe(201);
});

describe('503', () => {
  test('registry-unavailable: the lists could not be read; no verdict, and Retry-After', async () => {
    proxy?.inject('BatchGetItem', throttled());
    const reply = await check({}, { 'idempotency-key': 'unavailable-1' });
    proxy?.heal();
    problemIn(reply, 503, 'registry-unavailable');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.text).not.toMatch(/outcome|pass/);
  });

  test('evidence-unavailable: the record could not be written; no verdict, and Retry-After', async () => {
    proxy?.inject('PutItem', throttled());
    const reply = await check({}, { 'idempotency-key': 'unavailable-2' });
    proxy?.heal();
    problemIn(reply, 503, 'evidence-unavailable');
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(reply.text).not.toMatch(/outcome|pass/);
  });

  test.each([
    ['GetItem', 'PATCH', '/v1/callers/grants', 'admin', { name: 'x' }],
    ['Query', 'GET', '/v1/checks', 'procurement', undefined],
    ['Query', 'GET', '/v1/checks/AAAAAAAAAAAAAAAAAAAAAA', 'procurement', undefined],
  ] as const)('of a failing %s in %s %s says nothing of the inside', async (operation, method, path, as, body) => {
    proxy?.inject(operation, { kind: 'refused', status: 500, error: 'InternalServerError' });
    const reply = await api.call(method, path, { as, body });
    proxy?.heal();
    expect(reply.status).toBeGreaterThanOrEqual(500);
    expect(reply.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(reply.text).not.toMatch(/InternalServerError|injected|dynamo|node_modules/i);
  });
});

describe('what the gateway refuses', () => {
  test('has the gateway’s body', async () => {
    expect(await api.call('POST', '/v1/checks', { body: question() })).toMatchObject({
      status: 401,
      text: '{"message":"Unauthorized"}',
    });
    expect(await api.get('/v1/nothing', 'procurement')).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    expect(await api.call('DELETE', '/v1/checks', { as: 'admin' })).toMatchObject({ status: 404 });
  });
});
