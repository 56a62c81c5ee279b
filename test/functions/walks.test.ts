import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiClient, startSampleStack } from '../api-client.ts';

const ROOT = join(import.meta.dirname, '../..');
const run = promisify(execFile);

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api.stack.stop());

/** The page's shell, pasted; and what its comments say that each line prints. */
function walkOf(page: string): { script: string; printed: string[] } {
  const text = readFileSync(join(ROOT, 'docs', page), 'utf8');
  const script = [...text.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block]) => block).join('\n');
  const printed = [...script.matchAll(/^.*\| field \S+ +# (\S+)$/gm)].map(([, said]) => said ?? '');
  return { script, printed };
}

it.each(['listings.md'])('docs/%s prints what it says', async (page) => {
  const { script, printed } = walkOf(page);
  expect(printed.length).toBeGreaterThan(0);
  const port = (url: string) => new URL(url).port;
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script.replace(':3000', `:${port(api.stack.url)}`)], {
    cwd: ROOT,
    env: { ...process.env, ISSUER_PORT: port(api.stack.issuerUrl) },
  });
  expect(stdout.trim().split('\n')).toEqual(printed);
});
