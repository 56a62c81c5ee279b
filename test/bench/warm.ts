import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Bundles } from './bundles.ts';
import { variables } from './variables.ts';
import type { Pairs, WarmOrder } from './warm-child.ts';

/**
 * Runs the pairs in a process of their own, straight on the engine. Its log lines go to /dev/null, which is written to
 * as synchronously as Lambda's log is.
 */
export async function measureWarm(
  { check, baseline, unsigned }: Bundles,
  endpoint: string,
  order: Omit<WarmOrder, 'endpoint' | 'check' | 'baseline' | 'unsigned'>,
  progress: (line: string) => void,
): Promise<ReadonlyMap<string, Pairs>> {
  const child = fork(new URL('./warm-child.ts', import.meta.url), {
    env: { PATH: process.env.PATH, ...variables(endpoint) },
    // JSON has no bytes.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const measured = new Map<string, Pairs>();
  child.on('message', (pairs: Pairs) => {
    measured.set(pairs.name, pairs);
    progress(`warm: ${pairs.name}, ${pairs.ours.length} pairs`);
  });
  child.send({
    ...order,
    endpoint,
    check: check.file,
    baseline: baseline.file,
    unsigned: unsigned.file,
  } satisfies WarmOrder);
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the warm measurement ended with ${code}`);
  return measured;
}
