import { createRequire } from 'node:module';
import * as z from 'zod';
import type { BaselineWork } from './baseline/index.ts';

/** What the process that measures is told. The bundles find their engine in the environment, as they are loaded. */
export interface WarmOrder {
  readonly endpoint: string;
  readonly check: string;
  readonly baseline: string;
  readonly unsigned: string;
  readonly scenarios: readonly { readonly name: string; readonly event: unknown; readonly work: BaselineWork }[];
  readonly warmUp: number;
  readonly pairs: number;
  /** The same questions, asked of the check function here and on a Registry of few listings. */
  readonly few: {
    readonly endpoint: string;
    readonly questions: readonly { readonly name: string; readonly event: unknown }[];
  };
  /** Asked of both bundles of the check function, with receipts and without. */
  readonly receipts: unknown;
  readonly batch: { readonly one: unknown; readonly hundred: unknown; readonly warmUp: number; readonly pairs: number };
}

/** Milliseconds: ours and theirs, one right after the other. */
export interface Pairs {
  readonly name: string;
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

type Side = () => Promise<unknown>;
const Exports = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});
const Answered = z.object({ statusCode: z.union([z.literal(200), z.literal(201)]) });

async function timed(side: Side): Promise<number> {
  const started = performance.now();
  await side();
  return performance.now() - started;
}

/** Who goes first changes with every pair, so that neither always finds what the other left. */
async function interleaved(name: string, ours: Side, theirs: Side, warmUp: number, pairs: number): Promise<Pairs> {
  const measured = { ours: [] as number[], theirs: [] as number[] };
  for (let pair = -warmUp; pair < pairs; pair += 1) {
    const first = pair % 2 === 0 ? ours : theirs;
    const one = await timed(first);
    const other = await timed(first === ours ? theirs : ours);
    if (pair < 0) continue;
    measured.ours.push(first === ours ? one : other);
    measured.theirs.push(first === ours ? other : one);
  }
  return { name, ...measured };
}

async function measure({
  endpoint,
  check,
  baseline,
  unsigned,
  scenarios,
  warmUp,
  pairs,
  few,
  receipts,
  batch,
}: WarmOrder): Promise<void> {
  const require = createRequire(import.meta.url);
  const [product, bare] = [Exports.parse(require(check)).handler, Exports.parse(require(baseline)).handler];
  const ask = async (event: unknown) => Answered.parse(await product(event));
  const without = Exports.parse(require(unsigned)).handler;
  for (const { name, event, work } of scenarios)
    process.send?.(
      await interleaved(
        name,
        () => ask(event),
        () => bare(work),
        warmUp,
        pairs,
      ),
    );
  process.send?.(
    await interleaved(
      'receipts',
      () => ask(receipts),
      async () => Answered.parse(await without(receipts)),
      warmUp,
      pairs,
    ),
  );
  // Both loaded now: a module that has run for a while would be the faster one.
  const fresh = (endpoint: string) => {
    process.env.DYNAMODB_ENDPOINT = endpoint;
    delete require.cache[require.resolve(check)];
    return Exports.parse(require(check)).handler;
  };
  const [onMany, onFew] = [fresh(endpoint), fresh(few.endpoint)];
  for (const { name, event } of few.questions)
    process.send?.(
      await interleaved(
        name,
        async () => Answered.parse(await onMany(event)),
        async () => Answered.parse(await onFew(event)),
        warmUp,
        pairs,
      ),
    );
  const { one, hundred } = batch;
  process.send?.(
    await interleaved(
      'batch',
      () => ask(hundred),
      () => ask(one),
      batch.warmUp,
      batch.pairs,
    ),
  );
}

process.once('message', (order: WarmOrder) => {
  measure(order).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
