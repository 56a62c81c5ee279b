import * as z from 'zod/mini';
import { LogChange, sealable } from '../../lib/dynamo/log-stream.ts';
import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import type { Leaf } from '../../lib/seal/leaf.ts';

/** Where what is to be sealed waits for the sealer. */
export interface NoteBook {
  note(leaves: readonly Leaf[]): Promise<void>;
}

const StreamEvent = z.object({ Records: z.array(z.unknown()) });

/** The CheckLog's stream: notes the digest of every record that is written, at least once, whatever becomes of it later. */
export function witnessHandler(book: NoteBook) {
  return async (event: unknown): Promise<void> => {
    const leaves = StreamEvent.parse(event).Records.flatMap((record) => leafIn(record) ?? []);
    if (leaves.length > 0) await book.note(leaves);
  };
}

/** What cannot be read would not be clearer if it were delivered again, and would hold up every other record. */
function leafIn(record: unknown): Leaf | undefined {
  try {
    return sealable(LogChange.parse(record));
  } catch (error) {
    log('error', 'RecordUnsealable', { error: errorName(error) }, [metric('RecordUnsealable', 1, 'Count')]);
    return undefined;
  }
}
