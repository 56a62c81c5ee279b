import * as z from 'zod/mini';
import { isTooLate } from '../../lib/check-log/closing-day.ts';
import type { FollowUps } from '../../lib/check-log/follow-up.ts';
import { onlyStoppedOrResumed } from '../../lib/dynamo/term.ts';
import { log, metric } from '../../lib/edge/telemetry.ts';
import { type Clock, instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import type { MatterStore } from '../../lib/retention/ports.ts';
import { openFollowUps } from './follow-ups.ts';
import { type LookMeter, watchLooks } from './looks.ts';
import { registerMatters } from './matters.ts';

/** Counts a caller's checks over every execution environment, and stops it when it overran its quota. */
interface Meter {
  /** Adds checks to the caller's count of this minute; blocks the caller until the minute's end where that is too many. */
  count(caller: string, checks: number, now: number): Promise<{ blocked: boolean }>;
}

export interface MeterPorts {
  readonly meter: Meter;
  readonly looks: LookMeter;
  readonly violations: ViolationRegister;
  readonly matters: Pick<MatterStore, 'read' | 'write'>;
  readonly tombstones: {
    /** Whether a removal was by rule: announced by a tombstone of these very bytes. */
    excuses(keys: { pk: string; sk: string }, image: Readonly<Record<string, unknown>>): Promise<boolean>;
  };
  readonly followUps: Pick<FollowUps, 'open'>;
  readonly clock: Clock;
}

const Text = z.object({ S: z.string() });
const StreamEvent = z.object({
  Records: z.array(
    z.object({
      eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
      userIdentity: z.nullish(z.object({ principalId: z.optional(z.string()) })),
      dynamodb: z.object({
        Keys: z.object({ pk: Text, sk: Text }),
        OldImage: z.optional(z.record(z.string(), z.unknown())),
        NewImage: z.optional(
          z.looseObject({ caller: z.optional(Text), looker: z.optional(Text), at: z.optional(Text) }),
        ),
        ApproximateCreationDateTime: z.optional(z.number()),
      }),
    }),
  ),
});

type Change = z.infer<typeof StreamEvent>['Records'][number]['dynamodb'];

const SECOND_MS = 1_000;
/** The identity under which DynamoDB itself sweeps expired items. */
const TTL_IDENTITY = 'dynamodb.amazonaws.com';

/**
 * The CheckLog's stream: feeds the quota, counts looks, registers matters, and raises the alarm on what must not
 * happen to a log. Delivery is at least once, so a repeated batch may block a caller for the rest of a minute; it never lets one through.
 */
export function meterHandler({ meter, looks, violations, matters, tombstones, followUps, clock }: MeterPorts) {
  return async (event: unknown): Promise<void> => {
    const { Records } = StreamEvent.parse(event);
    const checks = new Map<string, number>();
    const looked: unknown[] = [];
    const recorded: unknown[] = [];
    for (const { eventName, dynamodb, userIdentity } of Records) {
      const caller = dynamodb.NewImage?.caller?.S;
      if (eventName === 'MODIFY') {
        // By a hold or its release: the term is the same, and the digest of the record too.
        if (!onlyStoppedOrResumed(dynamodb.OldImage ?? {}, dynamodb.NewImage ?? {}))
          alarm('RecordModified', dynamodb.Keys);
      } else if (eventName === 'REMOVE') {
        const keys = { pk: dynamodb.Keys.pk.S, sk: dynamodb.Keys.sk.S };
        const swept = userIdentity?.principalId === TTL_IDENTITY;
        if (!swept && !(await tombstones.excuses(keys, dynamodb.OldImage ?? {})))
          alarm('RecordRemovedEarly', dynamodb.Keys);
      } else if (eventName === 'INSERT' && dynamodb.Keys.sk.S === 'R' && caller !== undefined) {
        checks.set(caller, (checks.get(caller) ?? 0) + 1);
        recorded.push(dynamodb.NewImage);
        if (isLate(dynamodb)) alarm('RecordTooLate', dynamodb.Keys);
      } else if (eventName === 'INSERT' && dynamodb.NewImage?.looker) looked.push(dynamodb.NewImage);
    }
    for (const [caller, count] of checks) {
      const { blocked } = await meter.count(caller, count, clock());
      if (blocked) log('warn', 'caller over its quota', { caller, items: count });
    }
    await watchLooks(looked, looks, violations);
    await openFollowUps(recorded, followUps);
    await registerMatters(recorded, matters, clock);
  };
}

/** Written after its day had been counted for good, which no function of ours lives long enough to do. */
function isLate({ NewImage, ApproximateCreationDateTime: written }: Change): boolean {
  const at = NewImage?.at?.S;
  if (at === undefined || written === undefined) return false;
  return isTooLate(parseInstant(at.slice(0, at.indexOf('#'))), instant(written * SECOND_MS));
}

/** The metric wakes somebody; the log line says which record it is about. */
function alarm(
  name: 'RecordModified' | 'RecordRemovedEarly' | 'RecordTooLate',
  { pk, sk }: { pk: { S: string }; sk: { S: string } },
): void {
  log('error', name, { checkId: `${pk.S} ${sk.S}` }, [metric(name, 1, 'Count')]);
}
