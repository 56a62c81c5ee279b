import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IN_MEMORY } from './data-folder.ts';
import type { ReceivedEvent } from './event-bus.ts';

/** In the data folder: one line for each event that has gone out. */
const EVENTS_FILE = 'events.jsonl';

/** Takes events into the data folder's file; without a folder they go nowhere. */
export function eventsTo(dataFolder: string): (event: ReceivedEvent) => Promise<void> {
  if (dataFolder === IN_MEMORY) return async () => undefined;
  const file = join(dataFolder, EVENTS_FILE);
  return async (event) => await appendFile(file, `${JSON.stringify(event)}\n`);
}
