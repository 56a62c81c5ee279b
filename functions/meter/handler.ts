import * as z from 'zod/mini';
import { bulkChecks } from '../../lib/check-log/bulk.ts';
import { isTooLate } from '../../lib/check-log/closing-day.ts';
import type { FollowUps } from '../../lib/check-log/follow-up.ts';
import { onlyStoppedOrResumed } from '../../lib/dynamo/term.ts';
import { log, metric } from '../../lib/edge/telemetry.ts';
import { type Clock, instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import type { MatterStore } from '../../lib/retention/ports.ts';
import { openFollowUps } from './follow-ups.ts';
import { LookImage, RecordImage } from './images.ts';
import { type LookMeter, watchLooks } from './looks.ts';
import { registerMatters } from './matters.ts';

/** Counts a caller's checks over every execution environment, and stops it when it overran its quota. */
interface Meter {
  /**
   * Adds checks to the caller's count of this minute; blocks the caller until the minute's end where that is more than it is
   * registered for, which is then `overrun`.
   */
  count(caller: string, checks: number, now: number): Promise<{ readonly overrun?: number }>;
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
const StreamEvent = z.object({ Records: z.array(z.unknown()) });
/** What DynamoDB itself says of a change. What the item says may be anything: whoever alters one need not keep its shape. */
const StreamRecord = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  userIdentity: z.nullish(z.object({ principalId: z.optional(z.string()) })),
  dynamodb: z.object({
    Keys: z.object({ pk: Text, sk: Text }),
    OldImage: z.optional(z.record(z.string(), z.unknown())),
    NewImage: z.optional(z.record(z.string(), z.unknown())),
    ApproximateCreationDateTime: z.optional(z.number()),
  }),
});
type StreamRecord = z.infer<typeof StreamRecord>;

const SECOND_MS = 1_000;
/** The identity under which DynamoDB itself sweeps expired items. */
const TTL_IDENTITY = 'dynamodb.amazonaws.com';

/**
 * The CheckLog's stream: feeds the quota, counts looks, registers matters, and raises the alarm on what must not
 * happen to a log. Delivery is at least once, so a repeated batch may block a caller for the rest of a minute; it never lets one
 * through. An item that is none of ours would be no clearer if it were delivered again, and hides nothing beside it: it is
 * named, and the others go on.
 */
export function meterHandler({ meter, looks, violations, matters, tombstones, followUps, clock }: MeterPorts) {
  return async (event: unknown): Promise<void> => {
    const { Records } = StreamEvent.parse(event);
    const records: RecordImage[] = [];
    const looked: LookImage[] = [];
    for (const given of Records) {
      const change = StreamRecord.safeParse(given);
      if (!change.success) {
        alarm('RecordUnreadable');
        continue;
      }
      const { eventName, dynamodb, userIdentity } = change.data;
      const { Keys, OldImage = {}, NewImage = {} } = dynamodb;
      if (eventName === 'MODIFY') {
        // By a hold or its release: the term is the same, and the digest of the record too.
        if (!onlyStoppedOrResumed(OldImage, NewImage)) alarm('RecordModified', Keys);
      } else if (eventName === 'REMOVE') {
        const swept = userIdentity?.principalId === TTL_IDENTITY;
        if (!swept && !(await tombstones.excuses({ pk: Keys.pk.S, sk: Keys.sk.S }, OldImage)))
          alarm('RecordRemovedEarly', Keys);
      } else if (Keys.sk.S === 'R') {
        const record = readable(RecordImage, NewImage, Keys);
        if (!record) continue;
        records.push(record);
        if (isLate(record, dynamodb)) alarm('RecordTooLate', Keys);
      } else if (NewImage.looker !== undefined) {
        const look = readable(LookImage, NewImage, Keys);
        if (look) looked.push(look);
      }
    }
    for (const [caller, checks] of Map.groupBy(records, (record) => record.caller)) {
      const { overrun } = await meter.count(caller, checks.length, clock());
      if (overrun === undefined) continue;
      log('warn', 'caller over its quota', { caller, items: checks.length });
      await violations.append(bulkChecks(caller, overrun, clock()));
    }
    await watchLooks(looked, looks, violations);
    await openFollowUps(records, followUps);
    await registerMatters(records, matters, clock);
  };
}

function readable<T extends z.ZodMiniType>(schema: T, image: unknown, keys: Keys): z.output<T> | undefined {
  const read = schema.safeParse(image);
  if (read.success) return read.data;
  alarm('RecordUnreadable', keys);
  return undefined;
}

/** Written after its day had been counted for good, which no function of ours lives long enough to do. */
const isLate = ({ at }: RecordImage, { ApproximateCreationDateTime: written }: StreamRecord['dynamodb']): boolean =>
  written !== undefined && isTooLate(parseInstant(at.moment), instant(written * SECOND_MS));

type Keys = StreamRecord['dynamodb']['Keys'];

/** The metric wakes somebody; the log line says which record it is about, where that can be told. */
function alarm(
  name: 'RecordModified' | 'RecordRemovedEarly' | 'RecordTooLate' | 'RecordUnreadable',
  keys?: Keys,
): void {
  log('error', name, keys ? { checkId: `${keys.pk.S} ${keys.sk.S}` } : {}, [metric(name, 1, 'Count')]);
}
