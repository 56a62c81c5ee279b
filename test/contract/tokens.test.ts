import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIENCE } from '../../infra/local/clients.ts';
import { question, startStackWithKnownKey } from '../api-client.ts';
import { problemIn } from './shapes.ts';

const HOUR = 3_600;

let setting: Awaited<ReturnType<typeof startStackWithKnownKey>>;
beforeAll(async () => {
  setting = await startStackWithKnownKey();
});
afterAll(() => setting?.stop());

const now = () => Math.floor(Date.now() / 1000);
const good = { client_id: 'procurement', scope: 'grantgate/check grantgate/read grantgate/determine' };

const check = (token: string) => setting.api.call('POST', '/v1/checks', { token, body: question() });

const refused = async (token: string): Promise<void> => {
  const reply = await check(token);
  expect(reply).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
  expect(reply.headers.get('www-authenticate')).toMatch(/^Bearer/);
};

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The claims that the issuer would give, for a token that it would not. */
const claims = () => ({
  iss: setting.api.stack.issuerUrl,
  aud: AUDIENCE,
  iat: now() - 10,
  exp: now() + HOUR,
  sub: 'procurement',
  ...good,
});

test('a token with the issuer’s signature is good', async () => {
  expect((await check(await setting.sign(good))).status).toBe(201);
});

describe('a token is no good', () => {
  test('with alg: none', async () => {
    for (const alg of ['none', 'None', 'NONE'])
      await refused(`${part({ alg, typ: 'at+jwt', kid: setting.kid })}.${part(claims())}.`);
  });

  test('with the name of another key', async () => {
    const [, payload, signature] = (await setting.sign(good)).split('.');
    await refused([part({ alg: 'RS256', typ: 'at+jwt', kid: 'another' }), payload, signature].join('.'));
  });

  test('with another key under the issuer’s name', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const header = { alg: 'RS256', typ: 'at+jwt', ...(setting.kid !== undefined && { kid: setting.kid }) };
    await refused(await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey));
  });

  test('with a key of its own in the header', async () => {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await crypto.subtle.exportKey('jwk', privateKey);
    const header = { alg: 'RS256', jwk: { kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' } };
    await refused(await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey));
  });

  test('with the public key as an HMAC secret', async () => {
    const discovery = await fetch(`${setting.api.stack.issuerUrl}/jwks`);
    const secret = new TextEncoder().encode(await discovery.text());
    const header = { alg: 'HS256', ...(setting.kid !== undefined && { kid: setting.kid }) };
    await refused(await new SignJWT(claims()).setProtectedHeader(header).sign(secret));
  });

  test('for another audience', async () => {
    await refused(await setting.sign({ ...good, aud: 'another-api' }));
    await refused(await setting.sign({ ...good, aud: ['another-api', 'grantgate-2'] }));
  });

  test('from another issuer', async () => {
    await refused(await setting.sign({ ...good, iss: 'http://127.0.0.1:1' }));
  });

  test('an hour after its expiry, and without one', async () => {
    await refused(await setting.sign({ ...good, iat: now() - 2 * HOUR, exp: now() - HOUR }));
    const { exp: _, ...endless } = claims();
    await refused(`${part({ alg: 'RS256', kid: setting.kid })}.${part(endless)}.AAAA`);
  });

  test('before its time', async () => {
    await refused(await setting.sign({ ...good, nbf: now() + HOUR }));
    await refused(await setting.sign({ ...good, iat: now() + HOUR }));
  });

  test('with changed claims', async () => {
    const [header, , signature] = (await setting.sign(good)).split('.');
    await refused([header, part({ ...claims(), client_id: 'grants' }), signature].join('.'));
  });

  test.each([[''], ['x'], ['a.b'], ['a.b.c'], ['..']])('when it is %j', async (token) => {
    await refused(token);
  });
});

test('nobody’s token is asked for where the route is open, and everyone’s elsewhere', async () => {
  const { api } = setting;
  expect((await api.call('GET', '/v1/catalogue')).status).toBe(200);
  for (const [method, path] of [
    ['POST', '/v1/checks'],
    ['POST', '/v1/check-batches'],
    ['GET', '/v1/checks'],
    ['GET', '/v1/checks/x'],
    ['POST', '/v1/checks/search'],
    ['POST', '/v1/checks/x/determination'],
    ['PUT', '/v1/catalogue'],
    ['PUT', '/v1/switches/no-land'],
    ['POST', '/v1/callers'],
    ['POST', '/v1/callers/x/approval'],
    ['PATCH', '/v1/callers/x'],
    ['POST', '/v1/aliases'],
    ['GET', '/v1/aliases'],
    ['GET', '/v1/aliases/x'],
    ['POST', '/v1/aliases/x/signature'],
    ['POST', '/v1/aliases/x/withdrawal'],
  ] as const)
    expect([path, (await api.call(method, path)).status]).toEqual([path, 401]);
});

test('a good token of a client that is no registered caller is forbidden to check', async () => {
  problemIn(await check(await setting.sign({ ...good, client_id: 'nobody' })), 403, 'forbidden');
  problemIn(await check(await setting.sign({ ...good, client_id: 'nobody#C' })), 403, 'forbidden');
});

test('a good token without the scope is forbidden, whatever its scope resembles', async () => {
  for (const scope of ['', 'check', 'grantgate/checks', 'grantgate/check/x', 'GRANTGATE/CHECK'])
    problemIn(await check(await setting.sign({ ...good, scope })), 403, 'forbidden');
});
