import { setTimeout } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Door } from './door.ts';
import { BatchAnswer, type Check, Unavailable } from './wire.ts';

/** The most that a batch takes. */
const BATCH = 100;
/** Batches under way at once, on two cores. */
const AT_ONCE = 2;
/** How often a batch is sent: a `503` says that there is no verdict yet, not what it is. */
const ATTEMPTS = 25;
const PAUSE_MS = 500;

export const PRINCIPAL = { scheme: 'uscc', id: '11430000000006146T' };

export interface Item {
  readonly ref: string;
  readonly subjects: readonly { scheme: string; id: string; name?: string }[];
  readonly consortium?: true;
}

export interface Setting {
  readonly scene: string;
  readonly matter: { readonly id: string; readonly mandatoryTender?: boolean };
}

interface Asking {
  readonly door: Door;
  readonly client: string;
  readonly setting: Setting;
  /** Of the batch: an item that is sent again keeps it, and a record that was written after all is met and not doubled. */
  readonly key: string;
}

/**
 * Checks every item in batches, and gives the answers by `ref`. As a careful caller does, it sends again under the same
 * key what got a `503`, as an engine is too slow at times on a machine that does other things too. Any other refusal
 * fails the test.
 */
export async function checkAll(
  door: Door,
  client: string,
  setting: Setting,
  items: readonly Item[],
): Promise<Map<string, Check>> {
  const answers = new Map<string, Check>();
  const starts = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) => index * BATCH);
  const worker = async () => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const asking = { door, client, setting, key: `${setting.matter.id}-${start}` };
      let open = items.slice(start, start + BATCH);
      for (let attempt = 1; open.length > 0; attempt += 1) {
        expect(attempt, 'the engine is too slow for the records').toBeLessThanOrEqual(ATTEMPTS);
        if (attempt > 1) await setTimeout(PAUSE_MS);
        open = await askOnce(asking, open, answers);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

/** Resolves with the items that are to be sent again. */
async function askOnce(
  { door, client, setting, key }: Asking,
  items: readonly Item[],
  answers: Map<string, Check>,
): Promise<Item[]> {
  const question = { ...setting, principal: PRINCIPAL, operator: 'u-1', purpose: 'real data', items };
  const { status, body } = await door.send(client, 'POST', '/v1/check-batches', question, { 'idempotency-key': key });
  if (status === 503) {
    Unavailable.parse(body);
    return [...items];
  }
  expect(status, JSON.stringify(body).slice(0, 500)).toBe(200);
  const answered = BatchAnswer.parse(body).items;
  expect(answered.map(({ ref }) => ref)).toEqual(items.map(({ ref }) => ref));
  const problems = answered.flatMap(({ problem }) => problem ?? []);
  expect(problems.filter((problem) => !Unavailable.safeParse(problem).success)).toEqual([]);
  for (const { ref, check } of answered) if (check) answers.set(ref, check);
  return items.filter(({ ref }) => !answers.has(ref));
}
