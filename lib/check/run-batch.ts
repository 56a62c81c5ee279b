import { Problem } from '../kernel/problem.ts';
import { admit } from './admission.ts';
import type { Asking, Within } from './asking.ts';
import { prepare } from './prepare.ts';
import type { CheckQuestion } from './question.ts';
import type { Answered } from './replay.ts';
import { type CheckPorts, readFor, settle } from './run-check.ts';

/** Records written at once: enough to hide the round trip, few enough not to throttle the log. */
const CONCURRENT_APPENDS = 16;

/** An item of a batch: its question, or why it is none. */
export interface BatchEntry {
  readonly ref: string;
  readonly question: CheckQuestion | Problem;
}

export interface BatchResult {
  readonly ref: string;
  readonly result: Answered | Problem;
}

/**
 * Many questions on one read, each a check of its own: recorded, answered or refused by itself.
 * @throws Problem where none can be answered: the caller is refused, or the lists cannot be read
 */
export async function runBatch(
  entries: readonly BatchEntry[],
  asking: Asking,
  /** The limit of one item. */
  within: Within,
  ports: CheckPorts,
): Promise<BatchResult[]> {
  const items = entries.map(({ ref, question }) => ({
    ref,
    prepared: question instanceof Problem ? question : prepare(question, ports.ring),
  }));
  const questions = items.flatMap(({ prepared }) => (prepared instanceof Problem ? [] : [prepared]));
  const view = await readFor(questions, asking, ports);
  admit(view, ports.quota, items.length, ports.clock());

  const results: BatchResult[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (!item) return;
      const { ref, prepared } = item;
      const key = asking.idempotencyKey === undefined ? undefined : `${asking.idempotencyKey}/${ref}`;
      results[index] = {
        ref,
        result:
          prepared instanceof Problem
            ? prepared
            : await within((signal) => settle(prepared, view, { ...asking, idempotencyKey: key, signal }, ports)).catch(
                asProblem,
              ),
      };
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_APPENDS, items.length) }, worker));
  return results;
}

/** What nobody foresaw about one item is that item's problem; the others have their records and get their answers. */
function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  return new Problem(
    'evidence-unavailable',
    { zh: '该项未能核查，请重试', en: 'This item could not be checked: try again.' },
    { retryAfter: 1, cause },
  );
}
