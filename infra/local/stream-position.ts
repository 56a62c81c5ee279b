import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { IN_MEMORY } from './data-folder.ts';

/** By shard, the sequence number of the last record that a consumer is through with. */
const Positions = z.record(z.string(), z.string());
type Positions = z.infer<typeof Positions>;

/** How far the consumer of a stream has come: what it is through with is not delivered again, the rest is. */
export interface StreamPosition {
  of(shard: string): string | undefined;
  move(shard: string, sequenceNumber: string): void;
}

/** Kept in the data folder, so that a restart goes on where the last run stopped; in memory where there is none. */
export function streamPosition(dataFolder: string, name: string): StreamPosition {
  const file = dataFolder === IN_MEMORY ? undefined : join(dataFolder, `stream-${name}.json`);
  const positions: Positions = file === undefined ? {} : stored(file);
  return {
    of: (shard) => positions[shard],
    move(shard, sequenceNumber) {
      positions[shard] = sequenceNumber;
      if (file === undefined) return;
      writeFileSync(`${file}.new`, JSON.stringify(positions));
      renameSync(`${file}.new`, file);
    },
  };
}

/** Without its file, or with a damaged one, a consumer begins at the oldest record: delivered twice is allowed, never is not. */
function stored(file: string): Positions {
  try {
    return Positions.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return {};
  }
}
