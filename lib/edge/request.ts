import * as z from 'zod/mini';
import { type Fault, Problem } from '../kernel/problem.ts';
import type { Bilingual, Language } from '../kernel/text.ts';
import { duplicateKeyIn } from './duplicate-key.ts';
import { faultsOf } from './faults.ts';
import type { Scope } from './scopes.ts';

const MAX_BODY_BYTES = 256 * 1024;

/** Claims of a verified token, as API Gateway hands them on: every one a string. */
const Claims = z.object({
  sub: z.string().check(z.minLength(1)),
  client_id: z.string().check(z.minLength(1)),
  scope: z._default(z.string(), ''),
  person: z.optional(z.string().check(z.minLength(1))),
  authority: z.optional(z.string().check(z.minLength(1))),
  /** Domains whose lists the person may keep; API Gateway writes a list as `[one two]`. */
  domains: z.optional(z.string()),
});
export type Claims = z.infer<typeof Claims>;

/** What of API Gateway's payload (HTTP API, version 2.0) is used. */
const GatewayEvent = z.object({
  rawQueryString: z._default(z.string(), ''),
  headers: z.record(z.string(), z.string()),
  pathParameters: z.optional(z.record(z.string(), z.string())),
  requestContext: z.object({
    requestId: z.string(),
    routeKey: z.string(),
    authorizer: z.optional(z.object({ jwt: z.object({ claims: z.unknown() }) })),
  }),
  body: z.optional(z.string()),
  isBase64Encoded: z._default(z.boolean(), false),
});

/** One request, parsed. Header names are lower-case. */
export interface ApiRequest {
  readonly requestId: string;
  /** Method and path template, `POST /v1/checks`: holds nothing of anyone. */
  readonly route: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly language: Language;
  readonly claims: Claims | undefined;
  readonly body: string | Uint8Array;
}

/** Parses the gateway's event. Throws a $ZodError for what is none: that is the deployment's fault, not the caller's. */
export function readEvent(event: unknown): ApiRequest {
  const { headers, body = '', isBase64Encoded, ...rest } = GatewayEvent.parse(event);
  const claims = rest.requestContext.authorizer?.jwt.claims;
  return {
    requestId: rest.requestContext.requestId,
    route: rest.requestContext.routeKey,
    headers,
    path: rest.pathParameters ?? {},
    query: new URLSearchParams(rest.rawQueryString),
    language: languageOf(headers['accept-language']),
    // A token of another shape is nobody's here, and refused as such.
    claims: Claims.safeParse(claims).data,
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}

/** zh-CN unless English is preferred. */
export function languageOf(acceptLanguage: string | undefined): Language {
  const ranked = (acceptLanguage ?? '')
    .split(',')
    .map((range, index) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const quality = parameters.map((each) => /^\s*q=([\d.]+)/.exec(each)?.[1]).find(Boolean);
      return { language: tag.split('-')[0], quality: Number(quality ?? 1), index };
    })
    .filter(({ language, quality }) => (language === 'zh' || language === 'en') && quality > 0)
    .sort((a, b) => b.quality - a.quality || a.index - b.index);
  return ranked[0]?.language === 'en' ? 'en' : 'zh';
}

/**
 * Who sent the request, for a token that is good for at least one of the scopes.
 * @throws Problem `forbidden`
 */
export function authorise(
  { claims }: ApiRequest,
  ...anyOf: readonly Scope[]
): Claims & { scopes: ReadonlySet<string> } {
  const scopes = new Set(claims?.scope.split(' ').filter(Boolean));
  if (claims && anyOf.some((scope) => scopes.has(scope))) return { ...claims, scopes };
  throw new Problem('forbidden', {
    zh: `该令牌没有所需权限：${anyOf.join('、')}`,
    en: `The token lacks the scope: ${anyOf.join(', ')}.`,
  });
}

/**
 * The person who signs, for a token that is good for at least one of the scopes.
 * @throws Problem `forbidden`, also where the token names no person
 */
export function signing(request: ApiRequest, ...anyOf: readonly Scope[]) {
  const { sub, person, authority, domains = '', scopes } = authorise(request, ...anyOf);
  if (person === undefined)
    throw new Problem('forbidden', {
      zh: '名单事项须由令牌中载明的人员签署',
      en: 'What concerns lists is signed by a person: the token names none.',
    });
  return {
    actor: sub,
    person,
    ...(authority !== undefined && { authority }),
    domains: domains
      .replace(/^\[|\]$/g, '')
      .split(/[\s,]+/)
      .filter(Boolean),
    scopes,
  };
}

/**
 * The JSON body, parsed by its schema.
 * @throws Problem `invalid-request` with every fault at once
 */
export function readBody<T extends z.ZodMiniType>(request: ApiRequest, schema: T): z.output<T> {
  const text = bodyText(request);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('malformed-json', { zh: '请求体不是合法的 JSON', en: 'The body is not valid JSON.' });
  }
  const duplicate = duplicateKeyIn(text);
  if (duplicate !== undefined)
    throw malformed(
      'duplicate-key',
      { zh: '请求体中有重复的字段', en: 'A field stands twice in the body.' },
      duplicate,
    );
  return parseInput(value, schema);
}

/**
 * A value from outside, parsed by its schema.
 * @throws Problem `invalid-request` with every fault at once
 */
export function parseInput<T extends z.ZodMiniType>(value: unknown, schema: T): z.output<T> {
  // The input tells a missing field from a wrong one; it goes nowhere else.
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Problem(
    'invalid-request',
    { zh: '请求内容有误，见 errors', en: 'The request has faults: see errors.' },
    { errors: faultsOf(parsed.error) },
  );
}

/**
 * The query parameters, each at most once, parsed by their schema; an unknown one is a fault.
 * @throws Problem `invalid-request`
 */
export function readQuery<T extends z.ZodMiniType>({ query }: ApiRequest, schema: T): z.output<T> {
  const names = [...query.keys()];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw malformed('duplicate-parameter', { zh: '查询参数重复', en: 'A parameter stands twice.' }, `/${twice}`);
  return parseInput(Object.fromEntries(query), schema);
}

/** For the routes that take no parameters. Throws a Problem `invalid-request`. */
export function refuseQuery({ query }: ApiRequest): void {
  const [name] = query.keys();
  if (name !== undefined)
    throw malformed('unknown-parameter', { zh: '没有这个查询参数', en: 'This route takes no parameters.' }, `/${name}`);
}

/**
 * The body of a route that takes a file.
 * @throws Problem `invalid-request` where it is longer
 */
export function readBytes({ body }: ApiRequest, maxBytes: number): Uint8Array {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const detail = { zh: `请求体超过 ${maxBytes} 字节`, en: `The body is over ${maxBytes} bytes.` };
  if (bytes.byteLength > maxBytes) throw malformed('too-large', detail);
  return bytes;
}

function bodyText({ body }: ApiRequest): string {
  if (Buffer.byteLength(body) > MAX_BODY_BYTES)
    throw malformed('too-large', { zh: '请求体超过 256 KB', en: 'The body is over 256 KB.' });
  if (typeof body === 'string') return body;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw malformed('malformed-json', { zh: '请求体不是 UTF-8', en: 'The body is not UTF-8.' });
  }
}

const malformed = (code: string, detail: Bilingual, pointer = ''): Problem => {
  const fault: Fault = { pointer, code, message: detail };
  return new Problem('invalid-request', detail, { errors: [fault] });
};
