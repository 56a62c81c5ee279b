import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AUDIENCE } from '../../infra/local/clients.ts';
import { type Gateway, startGateway } from '../../infra/local/gateway.ts';
import type { GatewayEvent } from '../../infra/local/gateway-event.ts';
import type { Handler, Handlers } from '../../infra/local/invocation.ts';
import { matchRoute } from '../../infra/local/route-match.ts';
import { ROUTES } from '../../lib/edge/routes.ts';

const TEN_MEGABYTES = 10 * 1024 * 1024;
const TIMEOUT = 100;

let gateway: Gateway;
let event: GatewayEvent | undefined;
let result: () => unknown;

/** All functions are this one: it keeps the event, and returns what the test wants. */
const handler: Handler = async (received) => {
  event = received;
  return await result();
};
const handlers: Handlers = {
  check: handler,
  review: handler,
  looks: handler,
  publications: handler,
  proof: handler,
  standings: handler,
  determination: handler,
  catalogue: handler,
  callers: handler,
  aliases: handler,
  grants: handler,
  reconciliation: handler,
  listings: handler,
  registers: handler,
  feedback: handler,
  alerts: handler,
  violations: handler,
  receipt: handler,
  replay: handler,
  keys: handler,
  retention: handler,
  imports: handler,
  statistics: handler,
  openapi: handler,
};

beforeAll(async () => {
  // Open routes only: nobody is asked for a token here.
  const routes = ROUTES.map((route) => ({ ...route, open: true as const }));
  const issuerUrl = 'http://127.0.0.1:1';
  gateway = await startGateway({
    port: 0,
    issuerUrl,
    audience: AUDIENCE,
    handlers,
    routes,
    timeout: TIMEOUT,
    log: () => undefined,
  });
});
afterAll(() => gateway.stop());

async function call(path: string, init: RequestInit & { duplex?: 'half' } = {}, returns: () => unknown = () => ({})) {
  event = undefined;
  result = returns;
  const response = await fetch(gateway.url + path, init);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** What fetch would tidy up: the path as it is, headers twice. */
async function rawCall(path: string, headers: string[] = []): Promise<number | undefined> {
  event = undefined;
  result = () => ({});
  const { hostname, port } = new URL(gateway.url);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path, headers: ['host', 'local', ...headers] }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}

describe('the route', () => {
  test.each([
    ['GET', '/v1/checks', 'GET /v1/checks', {}],
    ['POST', '/v1/checks/search', 'POST /v1/checks/search', {}],
    ['GET', '/v1/checks/search', 'GET /v1/checks/{id}', { id: 'search' }],
    ['POST', '/v1/checks/7/determination', 'POST /v1/checks/{id}/determination', { id: '7' }],
  ])('%s %s is %s', (method, path, routeKey, parameters) => {
    const match = matchRoute(ROUTES, method, path);
    expect(match && `${match.route.method} ${match.route.path}`).toBe(routeKey);
    expect(match?.parameters).toEqual(parameters);
  });

  test('a name goes before a variable, whatever their order', () => {
    const routes = [
      { method: 'GET', path: '/{any}/b', handledBy: 'check' },
      { method: 'GET', path: '/a/{any}', handledBy: 'review' },
      { method: 'GET', path: '/a/b', handledBy: 'openapi' },
    ] as const;
    expect(matchRoute(routes, 'GET', '/a/b')?.route.handledBy).toBe('openapi');
    expect(matchRoute(routes, 'GET', '/a/c')?.route.handledBy).toBe('review');
    expect(matchRoute(routes, 'GET', '/c/b')?.route.handledBy).toBe('check');
  });

  test.each([
    ['GET', '/'],
    ['GET', '/v1/checks/'],
    ['GET', '/v1/checks/7/'],
    ['GET', '//v1/checks'],
    ['POST', '/v1/checks//determination'],
    ['HEAD', '/v1/checks'],
    ['OPTIONS', '/v1/checks'],
    ['DELETE', '/v1/checks/7'],
    ['GET', '/V1/checks'],
  ])('%s %s is none', (method, path) => {
    expect(matchRoute(ROUTES, method, path)).toBeUndefined();
  });
});

describe('the event', () => {
  test('has the form of payload 2.0', async () => {
    await call('/v1/checks/a%20b?x=1&y=%E4%B8%AD&x=2', { headers: { cookie: 'a=1; b=2', 'X-Case': 'Kept' } });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/checks/{id}',
      rawPath: '/v1/checks/a b',
      rawQueryString: 'x=1&y=%E4%B8%AD&x=2',
      cookies: ['a=1', 'b=2'],
      headers: { 'x-case': 'Kept', 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' },
      queryStringParameters: { x: '1,2', y: '中' },
      pathParameters: { id: 'a b' },
      requestContext: {
        http: { method: 'GET', path: '/v1/checks/a b', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
        routeKey: 'GET /v1/checks/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(event?.headers).not.toHaveProperty('cookie');
    expect(event?.headers).not.toHaveProperty('connection');
  });

  test('leaves out what the request has not', async () => {
    await call('/openapi.json');
    for (const field of ['body', 'cookies', 'pathParameters', 'queryStringParameters']) {
      expect(event).not.toHaveProperty(field);
    }
    expect(event?.requestContext).not.toHaveProperty('authorizer');
  });

  test('joins headers of one name with a comma', async () => {
    await rawCall('/openapi.json', ['Accept-Language', 'en', 'accept-language', 'zh']);
    expect(event?.headers['accept-language']).toBe('en,zh');
  });

  test.each([
    ['application/json', false],
    ['Application/JSON; charset=utf-8', false],
    ['text/csv', false],
    ['application/xml', false],
    ['application/merge-patch+json', true],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
    ['', true],
  ])('a body of type "%s" is in base64: %s', async (type, isBase64Encoded) => {
    const bytes = Buffer.from('{"name":"湖南"}');
    await call('/v1/checks', { method: 'POST', body: bytes, headers: type === '' ? {} : { 'content-type': type } });
    expect(event?.isBase64Encoded).toBe(isBase64Encoded);
    expect(event?.body).toBe(bytes.toString(isBase64Encoded ? 'base64' : 'utf8'));
  });
});

describe('the answer', () => {
  test('is what the function returned', async () => {
    const headers = { 'X-Number': 7, 'Content-Length': '1', Location: '/v1/checks/7' };
    const { status, ...answer } = await call('/openapi.json', {}, () => ({
      statusCode: 201,
      headers,
      cookies: ['a=1', 'b=2'],
      body: '核查',
    }));
    expect(status).toBe(201);
    expect(answer.text).toBe('核查');
    expect(answer.headers.get('location')).toBe('/v1/checks/7');
    expect(answer.headers.get('x-number')).toBe('7');
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('apigw-requestid')).toBe(event?.requestContext.requestId);
  });

  test('in base64 is decoded', async () => {
    const body = Buffer.from('核查').toString('base64');
    const { text } = await call('/openapi.json', {}, () => ({ statusCode: 200, body, isBase64Encoded: true }));
    expect(text).toBe('核查');
  });

  test.each([
    [{ a: 1 }, '{"a":1}'],
    [[1], '[1]'],
    ['text', 'text'],
    [undefined, 'null'],
  ])('without a status, %j is the body of a 200', async (returned, body) => {
    const { status, text, headers } = await call('/openapi.json', {}, () => returned);
    expect([status, text, headers.get('content-type')]).toEqual([200, body, 'application/json']);
  });
});

describe('a refusal has the bytes of AWS', () => {
  async function refused(call: Promise<{ status: number; headers: Headers; text: string }>) {
    const { status, headers, text } = await call;
    expect(headers.get('content-type')).toBe('application/json');
    expect(headers.get('apigw-requestid')).toMatch(/^.{15}=$/);
    return `${status} ${text}`;
  }

  test('for a path without a route', async () => {
    expect(await refused(call('/v1/check'))).toBe('404 {"message":"Not Found"}');
    expect(await refused(call('/v1/checks', { method: 'OPTIONS' }))).toBe('404 {"message":"Not Found"}');
    expect((await call('/v1/checks', { method: 'HEAD' })).status).toBe(404);
  });

  test('for a path that cannot be decoded', async () => {
    expect(await rawCall('/v1/checks/%E4%B8')).toBe(400);
  });

  test('for more than 10 MB, counted or announced, and the connection goes on', async () => {
    const tooLarge = '413 {"message":"Request Entity Too Large"}';
    const half = Buffer.alloc(TEN_MEGABYTES / 2 + 1, 'x');
    async function* twice() {
      yield half;
      yield half;
    }
    const announced = { method: 'POST', body: Buffer.concat([half, half]) };
    expect(await refused(call('/v1/checks', announced))).toBe(tooLarge);
    const counted = { method: 'POST', body: ReadableStream.from(twice()), duplex: 'half' as const };
    expect(await refused(call('/v1/checks', counted))).toBe(tooLarge);
    expect(event).toBeUndefined();
    const allowed = { method: 'POST', body: Buffer.alloc(TEN_MEGABYTES) };
    expect((await call('/v1/checks', allowed)).status).toBe(200);
  });

  const failing: [string, () => unknown][] = [
    ['throws', () => Promise.reject(new Error('secret of the inside'))],
    ['returns a status that is none', () => ({ statusCode: 'two hundred' })],
    ['returns a body that is no string', () => ({ statusCode: 200, body: { a: 1 } })],
    ['returns a header that HTTP does not allow', () => ({ statusCode: 200, headers: { a: 'b\nc' }, body: '' })],
    ['returns what JSON cannot hold', () => ({ statusCode: 200, body: '', tail: 1n })],
  ];
  test.each(failing)('for a function that %s', async (_, returns) => {
    expect(await refused(call('/openapi.json', {}, returns))).toBe('500 {"message":"Internal Server Error"}');
  });

  test('for a function that takes too long', async () => {
    const never = () => new Promise(() => undefined);
    expect(await refused(call('/openapi.json', {}, never))).toBe('503 {"message":"Service Unavailable"}');
  });
});
