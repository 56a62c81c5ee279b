import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiClient, organisation, question, startSampleStack } from '../api-client.ts';
import { itemsIn } from '../contract/shapes.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const CHECKS = 30;

let api: ApiClient;
const folder = mkdtempSync(join(tmpdir(), 'grantgate-export-'));
beforeAll(async () => {
  api = await startSampleStack();
  const { subjects: _, ...setting } = question(undefined, { matter: { id: '导出-1' } });
  const items = Array.from({ length: CHECKS }, (_, index) => ({
    ref: String(index),
    subjects: [{ scheme: 'uscc', id: organisation(index) }],
  }));
  itemsIn(await api.call('POST', '/v1/check-batches', { as: 'procurement', body: { ...setting, items } }));
});
afterAll(async () => {
  await api?.stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['infra/local/export.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, PORT: new URL(api.stack.url).port, ISSUER_PORT: new URL(api.stack.issuerUrl).port },
  });

test('writes the whole of a search into a file, as CSV and as JSON Lines, and says how far it is', async () => {
  const csv = join(folder, 'checks.csv');
  const { stdout, stderr } = await run(csv, '--matter', '导出-1');
  expect(stdout.trim()).toBe(csv);
  expect(stderr).toContain(`${CHECKS + 1} 行 lines`);
  const bytes = readFileSync(csv);
  expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
  expect(parse(bytes, { bom: true })).toHaveLength(CHECKS + 1);

  const jsonl = join(folder, 'checks.jsonl');
  const query = join(folder, 'query.json');
  writeFileSync(query, JSON.stringify({ subject: { scheme: 'uscc', id: organisation(3) } }));
  await run(jsonl, '--format', 'jsonl', '--query', query, '--caller', 'procurement');
  const lines = readFileSync(jsonl, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ matter: '导出-1', subject: { id: organisation(3) } }]);
});

test.each([
  [['--matter', 'x'], 'Usage'],
  [['a.csv', '--format', 'xml'], 'Usage'],
  [['a.csv', '--colour', 'red'], 'Usage'],
  [['a.csv', '--outcome', 'fail'], '/outcome'],
  [['a.csv', '--from', 'yesterday'], '/from'],
  [['a.csv', '--as', 'admin'], 'grantgate/audit'],
  [['a.csv', '--as', 'nobody'], 'No demo client'],
])('%j: says what is wrong, and leaves no file', async (args, said) => {
  const [file = '', ...more] = args;
  const path = file.endsWith('.csv') ? join(folder, 'refused.csv') : file;
  await expect(run(path, ...more)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
  expect(existsSync(join(folder, 'refused.csv'))).toBe(false);
  expect(existsSync(join(folder, 'refused.csv.part'))).toBe(false);
});
