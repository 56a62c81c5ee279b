import * as z from 'zod/mini';
import { inserted, LogChange, sealable } from '../../lib/dynamo/log-stream.ts';
import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import { archived, type RecordArchive } from '../../lib/retention/archive.ts';
import type { Keeping } from '../../lib/retention/matter.ts';
import type { Leaf } from '../../lib/seal/leaf.ts';

/** Where what is to be sealed waits for the sealer. */
export interface NoteBook {
  note(leaves: readonly Leaf[]): Promise<void>;
}

/** Where every record is kept once more, and the catalogue that says how long. */
export interface Archiving {
  readonly archive: RecordArchive;
  readonly catalogue: () => Promise<Keeping>;
}

const StreamEvent = z.object({ Records: z.array(z.unknown()) });

/**
 * The CheckLog's stream: notes the digest of every record that is written, at least once, whatever becomes of it later,
 * and archives the record itself where that is wanted.
 */
export function witnessHandler(book: NoteBook, archiving?: Archiving) {
  return async (event: unknown): Promise<void> => {
    const { Records } = StreamEvent.parse(event);
    const changes = Records.flatMap((record) => readable(() => LogChange.parse(record)) ?? []);
    const leaves = changes.flatMap((change) => readable(() => sealable(change)) ?? []);
    if (leaves.length > 0) await book.note(leaves);
    const items = archiving ? changes.flatMap((change) => readable(() => inserted(change)) ?? []) : [];
    if (!archiving || items.length === 0) return;
    const catalogue = await archiving.catalogue();
    await archiving.archive.keep(items.flatMap((item) => readable(() => archived(item, catalogue)) ?? []));
  };
}

/** What cannot be read would not be clearer if it were delivered again, and would hold up every other record. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    log('error', 'RecordUnsealable', { error: errorName(error) }, [metric('RecordUnsealable', 1, 'Count')]);
    return undefined;
  }
}
