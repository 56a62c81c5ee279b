import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SealReader } from '../../lib/seal/ports.ts';
import { IN_MEMORY } from './data-folder.ts';

/** How soon the log is sealed. */
export interface SealingPace {
  /** In AWS a schedule does it every minute. */
  readonly everyMs: number;
  /** How old a record is at least that is sealed. */
  readonly afterSeconds: number;
}

/** A machine of one's own has its records on the stream at once. */
export const LOCAL_PACE: SealingPace = { everyMs: 15_000, afterSeconds: 5 };

const NUMBER_DIGITS = 9;

interface SealingOptions {
  readonly everyMs: number;
  readonly sealer: (event: unknown) => Promise<unknown>;
  readonly store: Pick<SealReader, 'segment'>;
  /** Where each segment is put once more, as a bucket does in AWS; undefined for nowhere. */
  readonly folder: string | undefined;
}

interface LocalSealing {
  /** Resolves after the run that is under way. */
  stop(): Promise<void>;
}

/** The folder of the seals within the data folder; none in memory. */
export const sealFolder = (dataFolder: string): string | undefined =>
  dataFolder === IN_MEMORY ? undefined : join(dataFolder, 'seals');

/** Seals the log every few seconds with the built bundle. */
export function startSealing({ everyMs, sealer, store, folder }: SealingOptions): LocalSealing {
  let running: Promise<void> = Promise.resolve();
  const run = async (): Promise<void> => {
    try {
      await sealer({});
      if (folder !== undefined) await copySeals(store, folder);
    } catch (error) {
      console.error('The log could not be sealed:', error);
    }
  };
  const timer = setInterval(() => {
    running = running.then(run);
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Writes each segment that the folder does not have yet, whole or not at all. */
async function copySeals(store: Pick<SealReader, 'segment'>, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (let number = 1; ; number += 1) {
    const file = join(folder, `${String(number).padStart(NUMBER_DIGITS, '0')}.json`);
    if (existsSync(file)) continue;
    const segment = await store.segment(number);
    if (!segment) return;
    writeFileSync(`${file}.new`, JSON.stringify(segment));
    renameSync(`${file}.new`, file);
  }
}
