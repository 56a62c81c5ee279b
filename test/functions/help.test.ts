import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

const run = (command: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [`infra/local/${command}.ts`, ...args], { cwd: ROOT });

test.concurrent.each(['start', 'token', 'import', 'export', 'export-log', 'verify', 'reconcile'])(
  '%s --help says how it is used, in Chinese and in English, and does nothing',
  async (command) => {
    const { stdout, stderr } = await run(command, '--help');
    expect(stdout).toMatch(/npm (run )?[a-z-]+ ?/);
    expect(stdout).toMatch(/\p{Script=Han}{8}/u);
    expect(stdout).toMatch(/[A-Za-z]+ [a-z]+ [a-z]+ [a-z]+/);
    expect(stderr).toBe('');
  },
);

test('what a start does not know is told, and nothing starts', async () => {
  await expect(run('start', '--port', '4000')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('ISSUER_PORT'),
  });
});
