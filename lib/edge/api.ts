import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Problem } from '../kernel/problem.ts';
import { problemBody } from './problem-json.ts';
import { type ApiRequest, languageOf, readEvent, refuseQuery } from './request.ts';
import { errorName, type LogFields, log, type Metric } from './telemetry.ts';

/** What a function answers. A string body is JSON already, and leaves as the same bytes. */
export interface ApiReply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Ids and codes for the log line. */
  readonly log?: LogFields;
  readonly metrics?: readonly Metric[];
}

type GatewayReply = APIGatewayProxyStructuredResultV2 & { readonly statusCode: number; readonly body: string };

/** The Lambda handler of a function that answers requests: parses the event, logs one line, turns errors into problems. */
export function apiHandler(
  answer: (request: ApiRequest) => Promise<ApiReply>,
  {
    takesQuery,
    whenDown,
  }: { readonly takesQuery?: string | readonly string[]; readonly whenDown?: EngineProblem } = {},
) {
  return middy<unknown, GatewayReply>({
    timeoutEarlyResponse: () => {
      throw outOfTime(whenDown);
    },
  })
    .use({ onError: problemReply })
    .handler(async (event) => {
      const started = performance.now();
      const request = readEvent(event);
      if (![takesQuery].flat().includes(request.route)) refuseQuery(request);
      const reply = await answer(request).catch((error: unknown) => rethrow(error, whenDown));
      const { requestId, route } = request;
      const durationMs = Math.round(performance.now() - started);
      log('info', 'answered', { requestId, route, status: reply.status, durationMs, ...reply.log }, reply.metrics);
      return {
        statusCode: reply.status,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'cache-control': 'no-store',
          'content-language': request.language === 'zh' ? 'zh-CN' : 'en',
          ...reply.headers,
        },
        body: typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body),
      };
    });
}

/** What it means for the caller that a table could not be reached. */
type EngineProblem = 'registry-unavailable' | 'evidence-unavailable';

/** Failures of the tables that a retry can mend; a request that DynamoDB finds wrong is ours. */
const PASSING =
  /^(TimeoutError|AbortError|InternalServerError|ServiceUnavailable\w*|ThrottlingException|ProvisionedThroughputExceededException|RequestLimitExceeded|TransactionConflictException)$/;
/** Failures of the way to them: ECONNREFUSED, ECONNRESET, ENOTFOUND … */
const ON_THE_WAY = /^E[A-Z]+$/;

/** What a function says in the last moment that it has; without it the caller would read of an error of ours. */
const outOfTime = (whenDown: EngineProblem = 'registry-unavailable'): Problem =>
  new Problem(
    whenDown,
    {
      zh: '未能在时限内完成，请减少一次请求的内容，或重试',
      en: 'Not done in time: ask for less at once, or try again.',
    },
    { retryAfter: 1 },
  );

/** A failure of the tables, which will pass, is a `503`; every other error is what it is. */
function rethrow(error: unknown, whenDown: EngineProblem = 'registry-unavailable'): never {
  if (!(error instanceof Error)) throw error;
  const onTheWay = 'code' in error && ON_THE_WAY.test(String(error.code));
  if (!onTheWay && !PASSING.test(error.name)) throw error;
  throw new Problem(
    whenDown,
    { zh: '暂时无法访问，请重试', en: 'Not to be reached for the moment: try again.' },
    { retryAfter: 1, cause: error },
  );
}

/** One `application/problem+json` for every error; what is no Problem is a 500 that says nothing. */
function problemReply(request: middy.Request<unknown, GatewayReply>): void {
  const { error } = request;
  const { requestId, route, language } = context(request.event);
  if (!(error instanceof Problem)) {
    log('error', 'failed', { requestId, route, status: 500, error: errorName(error) });
    request.response = {
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json' },
      body: JSON.stringify({
        type: 'about:blank',
        title: language === 'zh' ? '内部错误' : 'Internal error',
        status: 500,
      }),
    };
    return;
  }
  const level = error.status >= 500 ? 'error' : 'info';
  log(level, 'refused', {
    requestId,
    route,
    status: error.status,
    problem: error.code,
    ...(error.extras.cause !== undefined && { error: errorName(error.extras.cause) }),
  });
  request.response = {
    statusCode: error.status,
    headers: {
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'no-store',
      'content-language': language === 'zh' ? 'zh-CN' : 'en',
      ...(error.extras.retryAfter !== undefined && { 'retry-after': String(error.extras.retryAfter) }),
    },
    body: JSON.stringify(problemBody(error, language)),
  };
}

/** What can be said of the request even when its event is not what it should be. */
function context(event: unknown): Pick<ApiRequest, 'requestId' | 'route' | 'language'> {
  try {
    return readEvent(event);
  } catch {
    return { requestId: '', route: '', language: languageOf(undefined) };
  }
}
