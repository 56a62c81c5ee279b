import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { errorName } from '../../lib/edge/telemetry.ts';

/** What the flow on AWS is told by its worker; see lib/intake/step.ts. */
const Result = z.object({
  importId: z.string(),
  each: z.string(),
  items: z.array(z.string()),
  next: z.string(),
  waitSeconds: z.number(),
  waitingSince: z.number(),
});
export type Worker = (event: unknown) => Promise<unknown>;

const ATTEMPTS = 3;
const PAUSE_MS = 200;
const MS_PER_SECOND = 1_000;
/** On one machine nobody needs to wait as long as between two regions' workers. */
const LONGEST_WAIT_MS = 1_000;

/**
 * Calls the worker step by step, as the flow on AWS does: what fails is repeated, a piece that fails again and again is
 * given up, and an import whose own steps fail has failed.
 */
export async function conduct(worker: Worker, importId: string, first: string, run: string): Promise<void> {
  const ask = async (step: string, more: object = {}) =>
    Result.parse(await repeated(() => worker({ importId, step, run, ...more })));
  try {
    let step = first;
    let waitingSince = 0;
    while (step !== 'end') {
      const result = await ask(step, { waitingSince });
      for (const item of result.items) {
        if (result.each !== 'work') await ask(result.each, { item });
        else
          await ask('work', { item }).catch((error: unknown) => {
            console.error(`import ${importId}, piece ${item}: ${errorName(error)}`);
            return ask('give-up', { item });
          });
      }
      await setTimeout(Math.min(LONGEST_WAIT_MS, result.waitSeconds * MS_PER_SECOND));
      step = result.next;
      waitingSince = result.waitingSince;
    }
  } catch (error) {
    console.error(`import ${importId}:`, error);
    await ask('fail');
  }
}

async function repeated<T>(attempt: () => Promise<T>): Promise<T> {
  for (let made = 1; ; made += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (made === ATTEMPTS) throw error;
      await setTimeout(PAUSE_MS * made);
    }
  }
}
