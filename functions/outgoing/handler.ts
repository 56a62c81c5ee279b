import * as z from 'zod/mini';
import type { ListingEvent } from '../../events/listing-events.ts';
import { outgoingEvent } from '../../lib/bus/outgoing-event.ts';
import { standingWritten } from '../../lib/dynamo/standing-stream.ts';
import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import { movesOf } from '../../lib/listing/moves.ts';
import { isNameKey } from '../../lib/subject/key.ts';

/** Where events go. */
export interface Bus {
  /** Sends in order; resolves with how many, from the first, have been taken for sure. */
  send(events: readonly ListingEvent[]): Promise<number>;
}

/** The part of a batch that is to be delivered again: everything from the record named. */
export interface BatchAnswer {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

const StreamEvent = z.object({
  Records: z.array(z.looseObject({ dynamodb: z.looseObject({ SequenceNumber: z.string() }) })),
});
type StreamRecord = z.infer<typeof StreamEvent>['Records'][number];

/**
 * The Registry's stream: what it means for listings goes out as events, at least once. Events of a write that is
 * delivered again have the same ids.
 */
export function outgoingHandler(bus: Bus) {
  return async (event: unknown): Promise<BatchAnswer> => {
    const outgoing = StreamEvent.parse(event).Records.flatMap((record) =>
      eventsOf(record).map((each) => ({ each, sequenceNumber: record.dynamodb.SequenceNumber })),
    );
    if (outgoing.length === 0) return { batchItemFailures: [] };
    const sent = await bus.send(outgoing.map(({ each }) => each));
    const unsent = outgoing[sent];
    log(unsent ? 'warn' : 'info', 'events out', { items: sent });
    return { batchItemFailures: unsent ? [{ itemIdentifier: unsent.sequenceNumber }] : [] };
  };
}

function eventsOf(record: StreamRecord): ListingEvent[] {
  try {
    const written = standingWritten(record);
    // Version 1 has no word for a subject that nobody knows but by its name, and no receiver could tell whose it is.
    if (!written || isNameKey(written.subject)) return [];
    const { subject, at, before, after } = written;
    return movesOf(subject, before, after).map((move) => outgoingEvent(move, after.subject, at));
  } catch (error) {
    // Delivered again it would be no clearer, and meanwhile it would hold up every other subject of its shard.
    const { SequenceNumber: sequenceNumber } = record.dynamodb;
    log('error', 'EventUnmade', { sequenceNumber, error: errorName(error) }, [metric('EventUnmade', 1, 'Count')]);
    return [];
  }
}
