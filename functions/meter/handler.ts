import * as z from 'zod/mini';
import { log, metric } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import { type LookMeter, watchLooks } from './looks.ts';

/** Counts a caller's checks over every execution environment, and stops it when it overran its quota. */
export interface Meter {
  /** Adds checks to the caller's count of this minute; blocks the caller until the minute's end where that is too many. */
  count(caller: string, checks: number, now: number): Promise<{ blocked: boolean }>;
}

const Text = z.object({ S: z.string() });
const StreamEvent = z.object({
  Records: z.array(
    z.object({
      eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
      userIdentity: z.nullish(z.object({ principalId: z.optional(z.string()) })),
      dynamodb: z.object({
        Keys: z.object({ pk: Text, sk: Text }),
        NewImage: z.optional(z.looseObject({ caller: z.optional(Text), looker: z.optional(Text) })),
      }),
    }),
  ),
});

/** The identity under which DynamoDB itself sweeps expired items. */
const TTL_IDENTITY = 'dynamodb.amazonaws.com';

/**
 * The CheckLog's stream: feeds the quota, counts looks, and raises the alarm on what must not happen to a log. Delivery is at least
 * once, so a repeated batch may block a caller for the rest of a minute; it never lets one through.
 */
export function meterHandler(meter: Meter, looks: LookMeter, violations: ViolationRegister, clock: Clock) {
  return async (event: unknown): Promise<void> => {
    const { Records } = StreamEvent.parse(event);
    const checks = new Map<string, number>();
    const looked: unknown[] = [];
    for (const { eventName, dynamodb, userIdentity } of Records) {
      const caller = dynamodb.NewImage?.caller?.S;
      if (eventName === 'MODIFY') alarm('RecordModified', dynamodb.Keys);
      else if (eventName === 'REMOVE' && userIdentity?.principalId !== TTL_IDENTITY)
        alarm('RecordRemovedEarly', dynamodb.Keys);
      else if (eventName === 'INSERT' && dynamodb.Keys.sk.S === 'R' && caller !== undefined)
        checks.set(caller, (checks.get(caller) ?? 0) + 1);
      else if (eventName === 'INSERT' && dynamodb.NewImage?.looker) looked.push(dynamodb.NewImage);
    }
    for (const [caller, count] of checks) {
      const { blocked } = await meter.count(caller, count, clock());
      if (blocked) log('warn', 'caller over its quota', { caller, items: count });
    }
    await watchLooks(looked, looks, violations);
  };
}

/** The metric wakes somebody; the log line says which record it is about. */
function alarm(
  name: 'RecordModified' | 'RecordRemovedEarly',
  { pk, sk }: { pk: { S: string }; sk: { S: string } },
): void {
  log('error', name, { checkId: `${pk.S} ${sk.S}` }, [metric(name, 1, 'Count')]);
}
