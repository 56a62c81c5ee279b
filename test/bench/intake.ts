import { randomUUID } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { startEngine } from '../../infra/local/engine.ts';
import { startIntake } from '../../infra/local/intake.ts';
import { localClient } from '../../infra/local/stack.ts';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import type { Import, ImportOrder } from '../../lib/intake/import.ts';
import { progressOf } from '../../lib/intake/import-view.ts';
import { proposed } from '../../lib/intake/propose.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { FaultProxy } from '../functions/fault-proxy.ts';
import { type BareWrites, bareWrites } from './bare-writes.ts';
import { makeBundles } from './bundles.ts';
import { listOf } from './intake-list.ts';
import { startProduct } from './product.ts';
import { bidder, checkEvent } from './questions.ts';
import { complete } from './registry.ts';
import { median, ratioOf } from './statistics.ts';
import { cleanSubject } from './subjects.ts';
import { counted, type Figure, latency, note } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { variables } from './variables.ts';

type Progress = (line: string) => void;

const MAX_MB = 256;
const BYTES_PER_MB = 1024 * 1024;
const MIN_RATIO = 0.7;
const MAX_SECOND_PERCENT = 1.2;
const COUNTED_ROWS = 5_000;
const THROTTLED_ROWS = 3_000;
/** The stated rate, of which checks must not feel more than this. */
const ROWS_PER_SECOND = 100;
const CHECKS = 150;
const CHECK_RATIO = 5;
const PARTS = 5;
const SOURCE = 'penalty-publicity';
const POLL_MS = 100;
const TELL_EVERY_MS = 30_000;
/** Rows of which the items are written bare: a larger list has a sample of so many. */
const BARE_ROWS = 100_000;
const WORKER = join(import.meta.dirname, '../../dist/intake/index.js');
const Said = z.object({ peakBytes: z.number() });

interface Taken {
  readonly found: Import;
  readonly planMs: number;
  readonly writeMs: number;
  readonly peakBytes: number;
}

/** How fast a list is taken in, with how much memory, and what others feel of it. */
export async function benchIntake(rows: number, progress: Progress): Promise<Figure[]> {
  const folder = temporaryFolder('grantgate-bench-intake-');
  const engine = await startEngine({ dataFolder: folder, kind: 'dynoxide' });
  try {
    await complete(engine.endpoint);
    const site = { folder, endpoint: engine.endpoint };
    const first = await takeIn(site, rows, { progress });
    const seconds = (first.planMs + first.writeMs) / 1_000;
    progress(`${rows.toLocaleString('en')} rows taken in within ${seconds.toFixed(0)} s`);
    const bare = await bareWrites(engine.endpoint, rows, Math.ceil(rows / BARE_ROWS));
    progress(`${bare.items.toLocaleString('en')} of its items written bare in ${(bare.ms / 1_000).toFixed(0)} s`);
    const again = await countedTake(site, rows, { changed: true, progress });
    progress(`the second file, 1 % changed, in ${((again.planMs + again.writeMs) / 1_000).toFixed(0)} s`);
    const units = await unitsOfTwo(folder);
    const felt = await feltByChecks(site);
    const rate = {
      whole: perSecond(rows, first.planMs + first.writeMs),
      writing: perSecond(rows, first.writeMs),
      bare: perSecond(bare.rows, bare.ms),
    };
    const file = `${rows.toLocaleString('en')} rows`;
    const firstUnits = (units.first / COUNTED_ROWS) * rows;
    return [
      memory(`importer, ${file}: peak memory`, first),
      memory(`importer, the second file of ${file}: peak memory`, again),
      throughput(`whole import / ${bareLabel(bare, rows)}`, rate.whole / rate.bare),
      throughput(`writing alone / ${bareLabel(bare, rows)}`, rate.writing / rate.bare),
      note('rows a second: whole, writing alone, bare', Object.values(rate).map(Math.round).join(', ')),
      note('rows a second of the second file: whole', perSecond(rows, again.planMs + again.writeMs).toFixed(0)),
      secondFile(COUNTED_ROWS, units.second, units.first, ''),
      secondFile(rows, again.units, firstUnits, `, the first's as of ${COUNTED_ROWS.toLocaleString('en')} rows`),
      latency(
        `check while ${ROWS_PER_SECOND} rows/s are written / idle`,
        ratioOf(felt.during, felt.idle, PARTS),
        CHECK_RATIO,
      ),
    ];
  } finally {
    await engine.stop();
  }
}

const memory = (name: string, { peakBytes }: Taken): Figure => {
  const mb = Math.ceil(peakBytes / BYTES_PER_MB);
  return counted(name, `${mb} MB`, `≤ ${MAX_MB} MB`, [mb], [MAX_MB]);
};

function secondFile(rows: number, second: number, first: number, reckoned: string): Figure {
  const percent = (second / first) * 100;
  return counted(
    `second full file, 1 % changed (${rows.toLocaleString('en')} rows${reckoned}): write units`,
    `${percent.toFixed(2)} % (${Math.round(second)} / ${Math.round(first)})`,
    `≤ ${MAX_SECOND_PERCENT} %`,
    [percent],
    [MAX_SECOND_PERCENT],
  );
}

const perSecond = (rows: number, ms: number): number => (rows * 1_000) / ms;

/** Says of a sample that it is one. */
const bareLabel = (bare: BareWrites, rows: number): string =>
  bare.rows === rows
    ? 'bare BatchWriteItem'
    : `bare BatchWriteItem of a sample of it, ${bare.rows.toLocaleString('en')} rows`;

/** It varies with the machine, and does not fail a run. */
const throughput = (name: string, ratio: number): Figure => ({
  name,
  measured: `${ratio.toFixed(2)} ×`,
  bar: `≥ ${MIN_RATIO} ×`,
  verdict: ratio >= MIN_RATIO ? 'ok' : `MISSED by ${(MIN_RATIO - ratio).toFixed(2)} ×`,
  counted: false,
});

interface Site {
  readonly folder: string;
  readonly endpoint: string;
}

interface Taking {
  readonly order?: Partial<ImportOrder>;
  /** Whether it is the second file, of which one row in a hundred has changed. */
  readonly changed?: boolean;
  /** What is done while it is written. */
  readonly meanwhile?: () => Promise<void>;
  readonly progress?: Progress;
}

/** One file, from its upload to its end, by the worker in its own process. */
async function takeIn(
  { folder, endpoint }: Site,
  rows: number,
  { order = {}, changed = false, meanwhile, progress = () => undefined }: Taking = {},
): Promise<Taken> {
  let peakBytes = 0;
  const intake = await startIntake({
    dataFolder: folder,
    worker: WORKER,
    variables: (intakeEndpoint) => ({
      ...variables(endpoint),
      INTAKE_BUCKET: 'intake',
      INTAKE_ENDPOINT: intakeEndpoint,
    }),
    onEnd: (said) => {
      peakBytes = Said.parse(said).peakBytes;
    },
  });
  const client = localClient(endpoint);
  const list = join(folder, 'list.csv');
  try {
    await writeFile(list, listOf(rows, changed));
    const whole: ImportOrder = {
      profile: 'generic',
      source: SOURCE,
      mode: 'full',
      file: { name: 'list.csv', size: (await stat(list)).size },
      ...order,
    };
    const imports = new DynamoImportStore(client, TABLE_NAMES.registry);
    const catalogue = await new DynamoHeadStore(client, TABLE_NAMES.registry).current();
    const { id } = proposed(randomUUID(), whole, { actor: 'bench' }, catalogue, systemClock());
    await imports.create(proposed(id, whole, { actor: 'bench' }, catalogue, systemClock()));
    await fetch(`${intake.endpoint}/intake/uploads/${id}`, { method: 'PUT', body: await openAsBlob(list) });
    const began = performance.now();
    const planned = await until(imports, id, ['running', 'done'], progress);
    if (planned.state !== 'running' && planned.state !== 'done') throw new Error(`the import is ${planned.state}`);
    const running = performance.now();
    await meanwhile?.();
    const found = await until(imports, id, ['done'], progress);
    const ended = performance.now();
    for (const deadline = ended + 5_000; peakBytes === 0 && performance.now() < deadline; ) await setTimeout(POLL_MS);
    return { found, planMs: running - began, writeMs: ended - running, peakBytes };
  } finally {
    client.destroy();
    await intake.stop();
    await rm(list, { force: true });
  }
}

async function until(
  imports: DynamoImportStore,
  id: string,
  states: readonly string[],
  progress: Progress,
): Promise<Import> {
  for (let told = performance.now(); ; ) {
    const found = await imports.read(id);
    if (!found || found.state === 'refused' || found.state === 'failed')
      throw new Error(`the import is ${found?.state}: ${found?.refusal?.detail.en}`);
    if (states.includes(found.state)) return found;
    if (performance.now() - told > TELL_EVERY_MS) {
      told = performance.now();
      const { stage, done, of } = progressOf(found, await imports.pieces(id, 'diff'), await imports.pieces(id, 'work'));
      progress(`${stage} ${done.toLocaleString('en')} of ${of.toLocaleString('en')}`);
    }
    await setTimeout(POLL_MS);
  }
}

/** The write units of a first file, and of a second one of which one row in a hundred has changed. */
async function unitsOfTwo(folder: string): Promise<{ first: number; second: number }> {
  const engine = await startEngine({ dataFolder: ':memory:', kind: 'dynoxide' });
  try {
    await complete(engine.endpoint);
    const site = { folder, endpoint: engine.endpoint };
    const first = await countedTake(site, COUNTED_ROWS);
    const second = await countedTake(site, COUNTED_ROWS, { changed: true });
    return { first: first.units, second: second.units };
  } finally {
    await engine.stop();
  }
}

/** One file, with the write units that it took. What counts them takes time itself. */
async function countedTake(
  { folder, endpoint }: Site,
  rows: number,
  taking: Taking = {},
): Promise<Taken & { readonly units: number }> {
  const proxy = new FaultProxy(endpoint);
  try {
    const taken = await takeIn({ folder, endpoint: await proxy.start() }, rows, taking);
    return { ...taken, units: proxy.units.write };
  } finally {
    await proxy.stop();
  }
}

/** Milliseconds of checks at rest, and while a throttled import writes. */
async function feltByChecks({ folder }: Site): Promise<{ idle: number[]; during: number[] }> {
  const engine = await startEngine({ dataFolder: ':memory:', kind: 'dynoxide' });
  const bundles = await makeBundles();
  try {
    await complete(engine.endpoint);

    const product = startProduct(bundles.check.file, engine.endpoint);
    const event = checkEvent([bidder(cleanSubject(1))]);
    const ask = async () => {
      const times: number[] = [];
      for (let check = 0; check < CHECKS; check += 1) {
        const started = performance.now();
        await product.ask(event);
        times.push(performance.now() - started);
      }
      return times;
    };
    await ask();
    const idle = await ask();
    let during: number[] = [];
    const site = { folder, endpoint: engine.endpoint };
    await takeIn(site, THROTTLED_ROWS, {
      order: { options: { rowsPerSecond: ROWS_PER_SECOND } },
      meanwhile: async () => {
        during = await ask();
      },
    });
    return { idle, during: median(during) > 0 ? during : idle };
  } finally {
    await bundles.remove();
    await engine.stop();
  }
}
