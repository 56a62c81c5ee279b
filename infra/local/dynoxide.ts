import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILES } from './data-folder.ts';

/** An optional dependency: it exists for Linux on x64 only, and may have been left out. */
export function dynoxideBinary(): string | undefined {
  try {
    return createRequire(import.meta.url).resolve('@dynoxide/linux-x64/dynoxide');
  } catch {
    return undefined;
  }
}

export function spawnDynoxide(binary: string, folder: string, port: number): ChildProcess {
  const file = join(folder, DATABASE_FILES.dynoxide);
  return spawn(binary, ['serve', '-p', String(port), '--db-path', file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * Every write looks for the table's highest stream record, and without an index it looks at all of them: 13 ms after
 * 20,000 writes, and growing, where 2 ms are enough.
 */
export function indexStreamRecords(folder: string): void {
  const database = new DatabaseSync(join(folder, DATABASE_FILES.dynoxide), { timeout: 1_000 });
  try {
    database.exec(
      'CREATE INDEX IF NOT EXISTS grantgate_stream_sequence ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
    );
  } finally {
    database.close();
  }
}
