import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { serialize } from 'node:v8';
import type { BaselineWork } from './baseline/index.ts';
import type { Bundles } from './bundles.ts';
import { variables } from './variables.ts';
import type { Pairs } from './warm-child.ts';

/** A fresh process for every sample: load the bundle, answer once. The two sides by turns. */
export async function measureCold(
  { check, baseline }: Bundles,
  endpoint: string,
  event: unknown,
  work: BaselineWork,
  samples: number,
): Promise<Pairs> {
  const ours = await started(check.file, event);
  const theirs = await started(baseline.file, work);
  const measured = { ours: [] as number[], theirs: [] as number[] };
  // The first pair only brings the files into the system's cache.
  for (let sample = -1; sample < samples; sample += 1) {
    const pair = [await ours(endpoint), await theirs(endpoint)] as const;
    if (sample < 0) continue;
    measured.ours.push(pair[0]);
    measured.theirs.push(pair[1]);
  }
  return { name: 'cold', ...measured };
}

async function started(bundle: string, event: unknown): Promise<(endpoint: string) => Promise<number>> {
  const eventFile = join(dirname(bundle), 'event.bin');
  await writeFile(eventFile, serialize(event));
  return async (endpoint) => {
    const child = fork(new URL('./cold-child.ts', import.meta.url), [bundle, eventFile], {
      env: { PATH: process.env.PATH, ...variables(endpoint) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const [milliseconds] = await once(child, 'message');
    await once(child, 'exit');
    return Number(milliseconds);
  };
}
