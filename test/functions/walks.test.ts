import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { announce } from '../../infra/local/running.ts';
import { type ApiClient, startSampleStack } from '../api-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const folder = mkdtempSync(join(tmpdir(), 'grantgate-walk-'));
let api: ApiClient;
beforeAll(async () => {
  const seal = { everyMs: 500, afterSeconds: 1 };
  api = await startSampleStack({ dataFolder: folder, feeds: { receive: () => undefined, meter: false, seal } });
  announce(folder, { ...api.stack, pid: process.pid });
});
afterAll(async () => {
  await api.stack.stop();
  rmSync(folder, { recursive: true });
});

/** The page's shell, pasted; and what its comments say that each line prints. */
function walkOf(page: string): { script: string; printed: string[] } {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const script = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const printed = [...script.matchAll(/^.*\| (?:field|said) \S+ +# (.+)$/gm)].map(([, said]) => said ?? '');
  return { script, printed };
}

it.each(['listings.md', 'evidence.md', 'grants.md'])('docs/%s prints what it says', async (page) => {
  const { script, printed } = walkOf(page);
  expect(printed.length).toBeGreaterThan(0);
  const port = (url: string) => new URL(url).port;
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script.replace(':3000', `:${port(api.stack.url)}`)], {
    cwd: ROOT,
    env: { ...process.env, ISSUER_PORT: port(api.stack.issuerUrl), GRANTGATE_DATA: folder },
  });
  expect(stdout.trim().split('\n')).toEqual(printed);
});
