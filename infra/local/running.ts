import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { IN_MEMORY } from './data-folder.ts';

const RUNNING_FILE = 'running.json';

const Running = z.object({
  url: z.url(),
  issuerUrl: z.url(),
  endpoint: z.url(),
  checkLogTable: z.string(),
  pid: z.int().positive(),
});

/** Where another command finds the stack that runs on a data folder. */
export type Running = z.infer<typeof Running>;

/** Leaves word in the data folder; the returned function takes it back. In memory there is nowhere to leave it. */
export function announce(dataFolder: string, running: Running): () => void {
  if (dataFolder === IN_MEMORY) return () => undefined;
  const file = join(dataFolder, RUNNING_FILE);
  writeFileSync(`${file}.new`, `${JSON.stringify(running, null, 2)}\n`);
  renameSync(`${file}.new`, file);
  return () => rmSync(file, { force: true });
}

/** The stack that runs on the data folder; undefined when there is none, or when it ended without taking back its word. */
export function whatRuns(dataFolder: string): Running | undefined {
  try {
    const running = Running.parse(JSON.parse(readFileSync(join(dataFolder, RUNNING_FILE), 'utf8')));
    process.kill(running.pid, 0);
    return running;
  } catch {
    return undefined;
  }
}
