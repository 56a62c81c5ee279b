import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleFunction } from '../../infra/build.ts';
import { dynoxideBinary } from '../../infra/local/dynoxide.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { StartFailure } from '../../infra/local/start-failure.ts';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoSealReader } from '../../lib/dynamo/seal-reader.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { type Proof, proofOf, verifyProof } from '../../lib/seal/proof.ts';
import { headOf } from '../../lib/seal/seal.ts';
import { importItems } from './engine-import.ts';
import { complete } from './registry.ts';
import { noteItems } from './seal-records.ts';
import { duration, type Figure, holds } from './table.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { REGION, SIGNING_KEYS, variables } from './variables.ts';

const MEGABYTE = 1_000_000;
const PEAK_MB = 256;
/** As Lambda starts Node in so much memory: left to itself, V8 lets garbage lie according to the machine's. */
const LIMITS = [
  `--max-semi-space-size=${Math.floor(PEAK_MB * 0.05)}`,
  `--max-old-space-size=${Math.floor(PEAK_MB * 0.9)}`,
];
const PROOF_MS = 5;
const PROOFS = 50;
const WARM_UP_ROUNDS = 5;
const ROUNDS = 40;

const Sealed = z.object({
  report: z.object({ segments: z.int(), records: z.int(), confirmedGaps: z.literal(0) }),
  peakBytes: z.number(),
});

/** Sealing a log of so many records in one go, and verifying proofs of it. @throws StartFailure without dynoxide */
export async function sealFigures(records: number, progress: (line: string) => void): Promise<Figure[]> {
  const binary = dynoxideBinary();
  if (binary === undefined) throw new StartFailure('The benchmarks need dynoxide: run `npm ci` on Linux x64.');
  const folder = temporaryFolder('grantgate-bench-seals-');
  let engine: Engine | undefined;
  try {
    await importItems(binary, folder, TABLE_NAMES.seals, noteItems(records, Date.now()));
    progress(`${records.toLocaleString('en')} records noted for the sealer`);
    engine = await startEngine({ dataFolder: folder, kind: 'dynoxide' });
    await complete(engine.endpoint);
    const { report, peakBytes } = await seal(folder, engine.endpoint);
    progress(`sealed in ${report.segments} segments`);
    const peak = peakBytes / MEGABYTE;
    return [
      holds(
        'sealing: every record once, in one run of the sealer',
        `${report.records.toLocaleString('en')} in ${report.segments} segments, ${peak.toFixed(0)} MB at the peak of its process`,
        `${records.toLocaleString('en')}, < ${PEAK_MB} MB`,
        report.records === records && peak < PEAK_MB,
      ),
      await proofs(engine.endpoint, report.segments),
    ];
  } finally {
    await engine?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** In a process of its own: what is measured is the sealer's memory and nothing else's. */
async function seal(folder: string, endpoint: string): Promise<z.infer<typeof Sealed>> {
  const bundle = join(folder, 'sealer');
  await bundleFunction('sealer', bundle);
  const child = fork(new URL('./seal-child.ts', import.meta.url), [join(bundle, 'index.js')], {
    env: { PATH: process.env.PATH, ...variables(endpoint), SEALS_TABLE: TABLE_NAMES.seals },
    execArgv: LIMITS,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const told = once(child, 'message').then(([message]) => Sealed.parse(message));
  const ended = once(child, 'exit').then(([code]): never => {
    throw new Error(`the sealer ended with ${code}`);
  });
  return await Promise.race([told, ended]);
}

/** Proofs of records of a segment in the middle, each with its signature and its way to the root. */
async function proofs(endpoint: string, segments: number): Promise<Figure> {
  const client = dynamoClient({ endpoint, region: REGION });
  const number = Math.ceil(segments / 2);
  const segment = await new DynamoSealReader(client, TABLE_NAMES.seals).segment(number);
  client.destroy();
  const { seal: text = '', leaves = [] } = segment ?? {};
  const all = leaves ?? [];
  const made = Array.from({ length: PROOFS }, (_, index): Proof => {
    const proof = proofOf(all[Math.floor((index * all.length) / PROOFS)]?.id ?? '', {
      seal: text,
      leaves: all,
      head: headOf(number, text),
    });
    if (!proof) throw new Error('a sealed record has no proof');
    return proof;
  });
  const keys = { keys: [...parseSigningKeys(SIGNING_KEYS).published] };
  const times: number[] = [];
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round += 1)
    for (const proof of made) {
      const started = performance.now();
      const verified = await verifyProof(proof, keys);
      if (round >= 0) times.push(performance.now() - started);
      if (!verified) throw new Error(`the proof of ${proof.checkId} leads to no seal`);
    }
  return duration(`proofs: verifying one, ${all.length.toLocaleString('en')} records under its seal`, times, PROOF_MS);
}
