import * as z from 'zod/mini';
import { type Change, changesOf } from '../../lib/alert/change.ts';
import { type Budget, follow } from '../../lib/alert/follow.ts';
import type { World } from '../../lib/alert/judge.ts';
import type { AlertingPorts } from '../../lib/alert/ports.ts';
import { standingWritten } from '../../lib/dynamo/standing-stream.ts';
import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import { type Clock, dateOf, type Instant } from '../../lib/kernel/clock.ts';
import type { Standing } from '../../lib/listing/standing.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';

export interface AlerterPorts extends AlertingPorts {
  /** The listings that objections corrected in part, between two versions of a standing. */
  corrected(subject: SubjectKey, after: number, upTo: number): Promise<ReadonlySet<string>>;
  /** The catalogue in force and what is switched off; undefined before the first, when no check can have been made. */
  law(): Promise<Omit<World, 'today'> | undefined>;
  /** Resolves when a check that had not seen a change of that moment is on record. */
  settled(at: Instant): Promise<void>;
  readonly clock: Clock;
  /** How much of the log one invocation reads. */
  readonly pages: number;
}

/** The part of a batch that is to be delivered again: everything from the record named. */
interface BatchAnswer {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

const StreamEvent = z.object({
  Records: z.array(z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) })),
});
type StreamRecord = z.infer<typeof StreamEvent>['Records'][number];

/**
 * The Registry's stream: what a change of a listing means for checks that were made before it is raised as alerts to
 * their callers, each once. What one invocation does not come to is delivered again, and goes on where it ended.
 */
export function alerterHandler(ports: AlerterPorts) {
  return async (event: unknown): Promise<BatchAnswer> => {
    const { Records } = StreamEvent.parse(event);
    const law = await ports.law();
    if (!law) return { batchItemFailures: [] };
    const world = { ...law, today: dateOf(ports.clock()) };
    const budget = { pages: ports.pages };
    for (const record of Records) {
      const again = { batchItemFailures: [{ itemIdentifier: record.dynamodb.SequenceNumber }] };
      try {
        if (!(await raised(record, world, ports, budget))) return again;
      } catch (error) {
        log('warn', 'alerts wait', { sequenceNumber: record.dynamodb.SequenceNumber, error: errorName(error) });
        return again;
      }
    }
    return { batchItemFailures: [] };
  };
}

async function raised(record: StreamRecord, world: World, ports: AlerterPorts, budget: Budget): Promise<boolean> {
  const written = writtenIn(record);
  if (!written) return true;
  const { at, ...move } = written;
  const changes = await changesIn(move, ports);
  if (changes.length > 0) await ports.settled(at);
  return await follow({ changes, at, now: ports.clock(), world }, ports, budget);
}

interface Moved {
  readonly subject: SubjectKey;
  readonly before: Standing | undefined;
  readonly after: Standing;
}

/** Which listings an objection corrected is asked only where one stays in force and says something else. */
async function changesIn({ subject, before, after }: Moved, { corrected }: AlerterPorts): Promise<Change[]> {
  const changes = changesOf(subject, before, after, new Set());
  if (!changes.some(({ before: was, after: is }) => was?.state === 'active' && is.state === 'active')) return changes;
  return changesOf(subject, before, after, await corrected(subject, before?.version ?? 0, after.version));
}

function writtenIn(record: StreamRecord) {
  try {
    return standingWritten(record);
  } catch (error) {
    // Delivered again it would be no clearer, and meanwhile it would hold up every other subject of its shard.
    const { SequenceNumber: sequenceNumber } = record.dynamodb;
    log('error', 'AlertUnmade', { sequenceNumber, error: errorName(error) }, [metric('AlertUnmade', 1, 'Count')]);
    return undefined;
  }
}
