import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jwtAuthorizer } from '../../infra/local/authorizer.ts';
import { AUDIENCE, DEMO_CLIENTS } from '../../infra/local/clients.ts';
import { type Issuer, startIssuer } from '../../infra/local/issuer.ts';
import { close, listen } from '../../infra/local/listen.ts';
import { requestToken } from '../../infra/local/request-token.ts';

const HOUR = 3_600;
const now = () => Math.floor(Date.now() / 1000);
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('the gateway takes', () => {
  const KEY_ID = 'known';
  let server: Server;
  let issuerUrl: string;
  let privateKey: CryptoKey;
  let publicPem: string;
  let authorize: ReturnType<typeof jwtAuthorizer>;

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256', { extractable: true });
    privateKey = pair.privateKey;
    publicPem = await exportSPKI(pair.publicKey);
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
    server = createServer((request, response) => {
      const discovery = { issuer: issuerUrl, jwks_uri: `${issuerUrl}/keys` };
      response.end(JSON.stringify(request.url === '/keys' ? { keys: [jwk] } : discovery));
    });
    issuerUrl = `http://127.0.0.1:${await listen(server, 0, '')}`;
    authorize = jwtAuthorizer({ issuerUrl, audience: AUDIENCE, now: () => new Date() });
  });
  afterAll(() => close(server));

  const good = (): JWTPayload => ({
    iss: issuerUrl,
    aud: AUDIENCE,
    sub: 'procurement',
    iat: now(),
    exp: now() + HOUR,
    jti: randomUUID(),
  });
  const signed = (claims: JWTPayload, header: { kid?: string } = { kid: KEY_ID }, key = privateKey) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'RS256', ...header }).sign(key);
  const bearer = async (token: string | Promise<string>) => await authorize(`Bearer ${await token}`);
  const challenge = (description: string) => ({
    challenge: `Bearer scope="" error="invalid_token" error_description="${description}"`,
  });

  test('a good token, and hands every claim on as a string', async () => {
    const claims = { ...good(), admin: true, groups: ['a', 'b'] };
    expect(await bearer(signed(claims))).toEqual({
      claims: { ...claims, iat: String(claims.iat), exp: String(claims.exp), admin: 'true', groups: '[a b]' },
    });
  });

  test('several audiences when ours is among them, and client_id where there is none', async () => {
    expect(await bearer(signed({ ...good(), aud: ['other', AUDIENCE] }))).toHaveProperty('claims');
    const { aud: _, ...claims } = good();
    expect(await bearer(signed({ ...claims, client_id: AUDIENCE }))).toHaveProperty('claims');
    expect(await bearer(signed({ ...claims, client_id: 'other' }))).toHaveProperty('challenge');
  });

  test.each([undefined, '', 'Bearer', 'Bearer ', 'Basic cHJvY3VyZW1lbnQ6', 'Bearer a b'])('no %j', async (header) => {
    expect(await authorize(header)).toEqual({ challenge: 'Bearer' });
  });

  test('no token that is none', async () => {
    expect(await bearer('abc')).toEqual(challenge('token contains an invalid number of segments'));
    expect(await bearer('a.b.c')).toEqual(challenge('the token is invalid'));
  });

  test('no unsigned token', async () => {
    const token = `${encoded({ alg: 'none', kid: KEY_ID })}.${encoded(good())}.`;
    expect(await bearer(token)).toEqual(challenge('the token is invalid'));
  });

  test('no HS256 keyed with the public key', async () => {
    const content = `${encoded({ alg: 'HS256', kid: KEY_ID })}.${encoded(good())}`;
    const token = `${content}.${createHmac('sha256', publicPem).update(content).digest('base64url')}`;
    expect(await bearer(token)).toEqual(challenge('the token is invalid'));
  });

  test('no signature of another key, whichever it names', async () => {
    const { privateKey: foreign } = await generateKeyPair('RS256');
    expect(await bearer(signed(good(), { kid: KEY_ID }, foreign))).toEqual(challenge('the token is invalid'));
    expect(await bearer(signed(good(), { kid: 'unknown' }, foreign))).toEqual(challenge('the token is invalid'));
    expect(await bearer(signed(good(), { kid: 'unknown' }))).toEqual(challenge('the token is invalid'));
    expect(await bearer(signed(good(), {}))).toEqual(challenge('the token does not have a valid kid'));
  });

  test('no changed claims', async () => {
    const [header, , signature] = (await signed(good())).split('.');
    const token = `${header}.${encoded({ ...good(), sub: 'admin' })}.${signature}`;
    expect(await bearer(token)).toEqual(challenge('the token is invalid'));
  });

  test('no token for another audience, of another issuer, or out of its time', async () => {
    expect(await bearer(signed({ ...good(), aud: 'other' }))).toEqual(
      challenge('the token does not have a valid audience'),
    );
    expect(await bearer(signed({ ...good(), iss: 'http://other' }))).toEqual(challenge('the token is invalid'));
    expect(await bearer(signed({ ...good(), iat: now() - 2 * HOUR, exp: now() - HOUR }))).toEqual(
      challenge('the token has expired'),
    );
    expect(await bearer(signed({ ...good(), nbf: now() + HOUR }))).toEqual(challenge('the token is invalid'));
    expect(await bearer(signed({ ...good(), iat: now() + HOUR, exp: now() + 2 * HOUR }))).toEqual(
      challenge('the token is used before issued'),
    );
    const { exp: _, ...endless } = good();
    expect(await bearer(signed(endless))).toEqual(challenge('the token is invalid'));
  });
});

describe('the issuer', () => {
  let folder: string;
  let issuer: Issuer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
    issuer = await startIssuer({ port: 0, dataFolder: folder });
  });
  afterAll(async () => {
    await issuer.stop();
    rmSync(folder, { recursive: true });
  });

  const authorize = async (token: string) =>
    await jwtAuthorizer({ issuerUrl: issuer.url, audience: AUDIENCE, now: () => new Date() })(`Bearer ${token}`);
  async function ask(parameters: Record<string, string>, credentials = 'procurement:local-only') {
    const response = await fetch(`${issuer.url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }),
    });
    return { status: response.status, body: await response.json() };
  }

  test.each(DEMO_CLIENTS)('gives $id a token for an hour that the gateway takes', async (client) => {
    const authorization = await authorize(await requestToken(issuer.url, client.id));
    if (!('claims' in authorization)) throw new Error(authorization.challenge);
    const { claims } = authorization;
    expect(claims).toMatchObject({
      sub: client.id,
      client_id: client.id,
      scope: client.scopes.join(' '),
      aud: AUDIENCE,
    });
    expect([claims.person, claims.authority]).toEqual([client.person, client.authority]);
    expect(Number(claims.exp) - Number(claims.iat)).toBe(HOUR);
  });

  test('narrows a token to the scope that is asked for, and never widens it', async () => {
    expect(await ask({ scope: 'grantgate/check' })).toMatchObject({ status: 200, body: { scope: 'grantgate/check' } });
    expect(await ask({ scope: 'grantgate/admin' })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
  });

  test('refuses a wrong secret, an unknown client, and another resource', async () => {
    expect(await ask({}, 'procurement:wrong')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await ask({}, 'nobody:local-only')).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    expect(await ask({ resource: 'urn:other' })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
  });

  test('keeps its key, so that a token survives a restart', async () => {
    const token = await requestToken(issuer.url, 'auditor');
    const port = Number(new URL(issuer.url).port);
    await issuer.stop();
    issuer = await startIssuer({ port, dataFolder: folder });
    expect(await authorize(token)).toHaveProperty('claims');
  });

  test('refuses to replace a key that it cannot read', async () => {
    const damaged = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
    writeFileSync(join(damaged, 'issuer-key.json'), '{');
    await expect(startIssuer({ port: 0, dataFolder: damaged })).rejects.toThrow(/issuer-key\.json.*is damaged: delete/);
    rmSync(damaged, { recursive: true });
  });
});
