import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Claims } from './authorizer.ts';
import type { RouteMatch } from './route-match.ts';

/** What API Gateway hands to a function: payload format 2.0, with the claims of a JWT where the route asks for one. */
export interface GatewayEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: {
    readonly accountId: string;
    readonly apiId: string;
    readonly authorizer?: { readonly jwt: { readonly claims: Claims; readonly scopes: null } };
    readonly domainName: string;
    readonly domainPrefix: string;
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly protocol: string;
      readonly sourceIp: string;
      readonly userAgent: string;
    };
    readonly requestId: string;
    readonly routeKey: string;
    readonly stage: '$default';
    readonly time: string;
    readonly timeEpoch: number;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export interface EventParts {
  readonly request: IncomingMessage;
  readonly requestId: string;
  readonly path: string;
  readonly query: string;
  readonly match: RouteMatch;
  readonly claims: Claims | undefined;
  readonly body: Buffer;
  readonly now: Date;
}

const REQUEST_ID_BYTES = 11;

/** As long as AWS's, with its `=` at the end. */
export const newRequestId = (): string => randomBytes(REQUEST_ID_BYTES).toString('base64');

// Measured on AWS by ministackorg/ministack#766: everything else comes in base64, a form and a missing type too.
const TEXT = /^(?:text\/.*|application\/(?:json|xml|javascript))$/;
/** Of one connection, and not of the message. */
const HOP_BY_HOP = new Set(['connection', 'expect', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);

export function gatewayEvent(parts: EventParts): GatewayEvent {
  const { request, requestId, path, query, match, claims, body, now } = parts;
  const { cookie, ...headers } = headersOf(request, body);
  const routeKey = `${match.route.method} ${match.route.path}`;
  const parameters = joined([...new URLSearchParams(query)]);
  const isText = TEXT.test((headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '');
  const host = headers.host ?? '';
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString: query,
    ...(cookie !== undefined && { cookies: cookie.split(/[;,]\s*/) }),
    headers,
    ...(Object.keys(parameters).length > 0 && { queryStringParameters: parameters }),
    ...(Object.keys(match.parameters).length > 0 && { pathParameters: match.parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      ...(claims !== undefined && { authorizer: { jwt: { claims, scopes: null } } }),
      domainName: host,
      domainPrefix: 'local',
      http: {
        method: match.route.method,
        path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? '',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Lower-cased, several of one name joined, and with those that AWS adds. */
function headersOf(request: IncomingMessage, body: Buffer): Record<string, string> {
  const { rawHeaders, socket } = request;
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const pairs = names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? ''] as const);
  return {
    ...joined(pairs.filter(([name]) => !HOP_BY_HOP.has(name))),
    ...(body.length > 0 && { 'content-length': String(body.length) }),
    'x-amzn-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`,
    'x-forwarded-for': socket.remoteAddress ?? '',
    'x-forwarded-port': String(socket.localPort),
    'x-forwarded-proto': 'http',
  };
}

function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) values.set(name, values.has(name) ? `${values.get(name)},${value}` : value);
  return Object.fromEntries(values);
}

/** `12/Mar/2026:19:03:58 +0000` */
function commonLogTime(now: Date): string {
  const [, day, month, year, time] = now.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
