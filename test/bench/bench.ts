import { batchSubjects, countBatches } from './batch.ts';
import { breakdown } from './breakdown.ts';
import { type Bundles, makeBundles } from './bundles.ts';
import { baselineWork } from './captured.ts';
import { measureCold } from './cold.ts';
import { costOf } from './cost.ts';
import { type Counts, countedFigures } from './figures.ts';
import { startProduct } from './product.ts';
import { batchEvent, bidder, checkEvent } from './questions.ts';
import { type LoadedRegistry, loadRegistry } from './registry.ts';
import { ratioOf } from './statistics.ts';
import { cleanSubject, SPECIAL } from './subjects.ts';
import { added, counted, type Figure, latency, note } from './table.ts';
import { measureWarm } from './warm.ts';
import type { Pairs } from './warm-child.ts';
import { startWireProxy } from './wire-proxy.ts';
import { countChecks } from './work.ts';

type Progress = (line: string) => void;

const BYTES_PER_KB = 1_000;
const MAX_KB = 400;
const WARM_RATIO = 1.4;
const WARM_RATIO_28 = 2;
/** What differs in nothing: two loads of one bundle were seen to differ by 0.03. */
const SAME_RATIO = 1.05;
const COLD_RATIO = 1.3;
const BATCH_RATIO = 35;
/** Milliseconds. */
const RECEIPT_ADDS = 0.3;
const WARM = { warmUp: 300, pairs: 1_500 };
const BATCHES = { warmUp: 5, pairs: 60 };
const COLD_SAMPLES = 25;
const PARTS = 10;
const COLD_PARTS = 5;

/** Every figure, on Registries of so many listings; latencies on the last. */
export async function bench(sizes: readonly number[], progress: Progress): Promise<Figure[]> {
  const bundles = await makeBundles();
  const registries: LoadedRegistry[] = [];
  try {
    const counts: Counts[] = [];
    for (const listings of sizes) {
      const registry = await loadRegistry(listings, progress);
      registries.push(registry);
      counts.push(await count(bundles, registry.endpoint));
      progress(`requests and units counted at ${listings.toLocaleString('en')} listings`);
    }
    const [last, few, registry] = [counts.at(-1), registries.at(0), registries.at(-1)];
    if (!last || !few || !registry) return [];
    return [
      ...countedFigures(counts),
      bundleFigure(bundles),
      ...(await latencies(bundles, { few, many: registry }, last, progress)),
      costOf('pass', last.checks.clean),
      costOf('interception', last.checks.vetoByThree),
    ];
  } finally {
    for (const { stop } of registries) await stop();
    await bundles.remove();
  }
}

async function count({ check }: Bundles, endpoint: string): Promise<Counts> {
  const proxy = await startWireProxy(endpoint);
  try {
    const on = { product: startProduct(check.file, proxy.endpoint), proxy, endpoint };
    return { checks: await countChecks(on), batches: await countBatches(on) };
  } finally {
    await proxy.stop();
  }
}

function bundleFigure({ check, baseline }: Bundles): Figure {
  const [ours, theirs] = [check, baseline].map(({ bytes }) => Math.ceil(bytes / BYTES_PER_KB));
  return counted(
    'check bundle',
    `${ours} KB (the SDK's client alone: ${theirs} KB)`,
    `≤ ${MAX_KB} KB`,
    [ours ?? 0],
    [MAX_KB],
  );
}

async function latencies(
  bundles: Bundles,
  { few, many }: { readonly few: LoadedRegistry; readonly many: LoadedRegistry },
  { checks }: Counts,
  progress: Progress,
): Promise<Figure[]> {
  const { endpoint } = many;
  const clean = checkEvent([bidder(cleanSubject(1))]);
  const debtor = checkEvent([bidder(SPECIAL.debtor)]);
  const intercepted = checkEvent([bidder(SPECIAL.one)]);
  const scenarios = [
    { name: 'pass', event: clean, work: baselineWork(checks.clean), bar: WARM_RATIO },
    {
      name: 'interception, one listing',
      event: intercepted,
      work: baselineWork(checks.vetoByOne),
      bar: WARM_RATIO,
    },
    { name: 'interception, 28 listings', event: debtor, work: baselineWork(checks.debtor), bar: WARM_RATIO_28 },
  ];
  const batch = { ...BATCHES, one: clean, hundred: batchEvent(batchSubjects()) };
  const sizes = [many, few].map(({ listings }) => listings.toLocaleString('en')).join(' / ');
  const questions = [
    { name: `${sizes} listings: a pass`, event: clean },
    { name: `${sizes} listings: an interception`, event: intercepted },
  ];
  const order = { scenarios, ...WARM, few: { endpoint: few.endpoint, questions }, receipts: clean, batch };
  const warm = await measureWarm(bundles, endpoint, order, progress);
  const cold = await measureCold(bundles, endpoint, clean, baselineWork(checks.clean), COLD_SAMPLES);
  progress(`cold: ${COLD_SAMPLES} pairs of fresh processes`);
  const steps = {
    pass: await breakdown(endpoint, clean),
    'interception, 28 listings': await breakdown(endpoint, debtor),
  };

  const figure = (name: string, bar: number, pairs: Pairs | undefined, parts: number): Figure[] =>
    pairs ? [latency(name, ratioOf(pairs.ours, pairs.theirs, parts), bar)] : [];
  return [
    ...scenarios.flatMap(({ name, bar }) => figure(`warm: ${name}`, bar, warm.get(name), PARTS)),
    ...questions.flatMap(({ name }) => figure(`warm: ${name}`, SAME_RATIO, warm.get(name), PARTS)),
    ...[warm.get('receipts')].flatMap((pairs) =>
      pairs ? [added('receipts: a pass with and without', ratioOf(pairs.ours, pairs.theirs, PARTS), RECEIPT_ADDS)] : [],
    ),
    ...figure('batch of 100 / one check', BATCH_RATIO, warm.get('batch'), PARTS),
    ...figure('cold: load and first check', COLD_RATIO, cold, COLD_PARTS),
    ...Object.entries(steps).map(([name, taken]) =>
      note(
        `beside the client, µs: ${name}`,
        taken.map(([step, microseconds]) => `${step} ${microseconds.toFixed(0)}`).join(', '),
      ),
    ),
  ];
}
