import * as z from 'zod';
import { batchEvent, bidder } from './questions.ts';
import { cleanSubject, subject } from './subjects.ts';
import { type Bench, type Work, workOf } from './work.ts';

export const BATCH = 100;
/** Every fifth bidder of a batch is on a list. */
const LISTED_EVERY = 5;

const Items = z.object({
  items: z.array(
    z.object({
      ref: z.string(),
      check: z.object({ outcome: z.string() }).optional(),
      problem: z.object({ type: z.string() }).optional(),
    }),
  ),
});

export const batchSubjects = () =>
  Array.from({ length: BATCH }, (_, index) =>
    bidder(index % LISTED_EVERY === 0 ? subject(index) : cleanSubject(index)),
  );

/** One batch, with the problems in it. */
interface BatchWork extends Work {
  readonly checks: number;
  readonly problems: readonly string[];
}

export interface BatchCounts {
  readonly good: BatchWork;
  /** One of the identifiers has a wrong check digit. */
  readonly invalid: BatchWork;
  /** One of the records cannot be written. */
  readonly unwritten: BatchWork;
}

export async function countBatches(bench: Bench): Promise<BatchCounts> {
  const good = await batchOf(bench, batchSubjects());
  const invalid = await batchOf(bench, [{ scheme: 'uscc', id: '91430100MAGG10073Q' }, ...batchSubjects().slice(1)]);
  bench.proxy.refuseNext('PutItem');
  const unwritten = await batchOf(bench, batchSubjects());
  return { good, invalid, unwritten };
}

async function batchOf(bench: Bench, subjects: Parameters<typeof batchEvent>[0]): Promise<BatchWork> {
  const work = await workOf(bench, batchEvent(subjects));
  const { items } = Items.parse(work.answer);
  return {
    ...work,
    checks: items.filter(({ check }) => check !== undefined).length,
    problems: items.flatMap(({ problem }) => problem?.type.split(':').at(-1) ?? []),
  };
}
