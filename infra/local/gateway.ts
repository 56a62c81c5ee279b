import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { ROUTES, type Route } from '../../lib/edge/routes.ts';
import { jwtAuthorizer } from './authorizer.ts';
import { gatewayEvent, newRequestId } from './gateway-event.ts';
import { type Handlers, invoke } from './invocation.ts';
import { close, HOST, listen } from './listen.ts';
import { proxyResponse, type Response } from './proxy-response.ts';
import { refusal } from './refusal.ts';
import { matchRoute } from './route-match.ts';

export interface GatewayOptions {
  /** 0 for any free one. */
  readonly port: number;
  readonly issuerUrl: string;
  readonly audience: string;
  readonly handlers: Handlers;
  readonly routes?: readonly Route[];
  /** Milliseconds that a function has; as long as an HTTP API waits at most when absent. */
  readonly timeout?: number;
  /** Where a function's failure is told. */
  readonly log?: (message: string, error: unknown) => void;
}

export interface Gateway {
  readonly url: string;
  stop(): Promise<void>;
}

const MAX_BODY = 10 * 1024 * 1024;
const MAX_WAIT = 30_000;

/**
 * Stands in for the HTTP API: chooses the route, verifies the token, invokes the function, and refuses with AWS's bytes.
 * @throws StartFailure when the port is in use
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { handlers, routes = ROUTES, timeout = MAX_WAIT, log = console.error } = options;
  const authorize = jwtAuthorizer({ ...options, now: () => new Date() });

  async function answer(request: IncomingMessage, requestId: string): Promise<Response> {
    const [rawPath = '', ...query] = (request.url ?? '').split('?');
    const path = decoded(rawPath);
    if (path === undefined) return refusal(400);
    const match = matchRoute(routes, request.method ?? '', path);
    if (match === undefined) return refusal(404);
    const authorization = match.route.open ? undefined : await authorize(request.headers.authorization);
    if (authorization !== undefined && 'challenge' in authorization) {
      return refusal(401, { 'www-authenticate': authorization.challenge });
    }
    const body = await bodyOf(request);
    if (body === undefined) return refusal(413);
    const event = gatewayEvent({
      request,
      requestId,
      path,
      query: query.join('?'),
      match,
      claims: authorization?.claims,
      body,
      now: new Date(),
    });
    const name = match.route.handledBy;
    const invocation = await invoke(handlers[name], name, event, timeout);
    if (invocation.ended === 'timed-out') return refusal(503);
    if (invocation.ended === 'failed') log(`The function ${name} failed:`, invocation.error);
    return (invocation.ended === 'returned' && proxyResponse(invocation.result)) || refusal(500);
  }

  const server = createServer(async (request, response) => {
    const requestId = newRequestId();
    // Without a listener, a client that goes away in mid-request would end the whole stack.
    request.on('error', () => undefined);
    try {
      write(response, await answer(request, requestId), requestId);
    } catch (error) {
      if (!request.socket.destroyed) log('The local gateway failed:', error);
      write(response, refusal(500), requestId);
    }
    // What is left of a body that nobody wanted would stand before the connection's next request.
    request.resume();
  });
  const url = `http://${HOST}:${await listen(server, options.port, 'PORT')}`;
  return { url, stop: () => close(server) };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

/** Undefined when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function write(response: ServerResponse, { status, headers, cookies, body }: Response, requestId: string): void {
  if (response.headersSent) return;
  // A function's header that HTTP does not allow may have stopped an answer half-way.
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  if (cookies.length > 0) response.setHeader('set-cookie', cookies);
  response.setHeader('content-length', body.length);
  response.setHeader('apigw-requestid', requestId);
  response.writeHead(status).end(body);
}
