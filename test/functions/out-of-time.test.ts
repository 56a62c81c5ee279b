import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { apiHandler } from '../../lib/edge/api.ts';

const Reply = z.object({ statusCode: z.number(), headers: z.record(z.string(), z.string()), body: z.string() });

test.each([
  ['evidence-unavailable', 'evidence-unavailable'],
  [undefined, 'registry-unavailable'],
] as const)(
  'a request that is not done when its function has to end is a 503 that says so: %s',
  async (whenDown, code) => {
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
    const handler = apiHandler(() => new Promise(() => undefined), whenDown && { whenDown });
    const event = {
      rawQueryString: '',
      headers: {},
      requestContext: { requestId: 'r', routeKey: 'GET /v1/statistics' },
    };
    const reply = Reply.parse(await Reflect.apply(handler, undefined, [event, { getRemainingTimeInMillis: () => 30 }]));
    expect(reply).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(JSON.parse(reply.body)).toMatchObject({
      type: `urn:grantgate:problem:${code}`,
      detail: '未能在时限内完成，请减少一次请求的内容，或重试',
    });
  },
);
