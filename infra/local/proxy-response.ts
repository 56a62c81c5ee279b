import * as z from 'zod';

/** What the gateway writes. */
export interface Response {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: Buffer;
}

const FIRST_STATUS = 200;
const LAST_STATUS = 599;

/** A function's result in format 2.0. Fields beyond these are passed over, as in AWS. */
const ProxyResult = z.object({
  statusCode: z.int().min(FIRST_STATUS).max(LAST_STATUS),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

/** The gateway counts the bytes and keeps the connection itself. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** How the gateway reads what a function returned; undefined for what is no proxy response. */
export function proxyResponse(result: unknown): Response | undefined {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) return inferred(result);
  const parsed = ProxyResult.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const given = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      ...Object.fromEntries(given.filter(([name]) => !OWN_HEADERS.has(name))),
    },
    cookies: cookies ?? [],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

/** Without a status code, whatever was returned is the body of a 200. */
const inferred = (result: unknown): Response => ({
  status: FIRST_STATUS,
  headers: { 'content-type': 'application/json' },
  cookies: [],
  body: Buffer.from(typeof result === 'string' ? result : JSON.stringify(result)),
});
