import { randomUUID } from 'node:crypto';
import type { FunctionName } from '../../lib/edge/routes.ts';
import type { GatewayEvent } from './gateway-event.ts';

/** What Lambda hands to a function beside the event. */
interface LambdaContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  readonly functionVersion: '$LATEST';
  readonly memoryLimitInMB: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: GatewayEvent, context: LambdaContext) => Promise<unknown>;
export type Handlers = Readonly<Record<FunctionName, Handler>>;

/** How an invocation ended; a result has been through JSON, as on its way out of Lambda. */
export type Invocation =
  | { readonly ended: 'returned'; readonly result: unknown }
  | { readonly ended: 'failed'; readonly error: unknown }
  | { readonly ended: 'timed-out' };

/** @param timeout milliseconds, after which nobody waits any more; the function itself runs on */
export async function invoke(
  handler: Handler,
  functionName: FunctionName,
  event: GatewayEvent,
  timeout: number,
): Promise<Invocation> {
  const deadline = Date.now() + timeout;
  const context: LambdaContext = {
    awsRequestId: randomUUID(),
    functionName,
    functionVersion: '$LATEST',
    memoryLimitInMB: '512',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
  const { promise: impatience, resolve } = Promise.withResolvers<Invocation>();
  const timer = setTimeout(() => resolve({ ended: 'timed-out' }), timeout);
  try {
    return await Promise.race([run(handler, structuredClone(event), context), impatience]);
  } finally {
    clearTimeout(timer);
  }
}

async function run(handler: Handler, event: GatewayEvent, context: LambdaContext): Promise<Invocation> {
  try {
    const result = await handler(event, context);
    return { ended: 'returned', result: JSON.parse(JSON.stringify(result ?? null)) };
  } catch (error) {
    return { ended: 'failed', error };
  }
}
