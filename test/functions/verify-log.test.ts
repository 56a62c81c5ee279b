import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine } from '../../infra/local/engine.ts';
import { localClient } from '../../infra/local/stack.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import { headOf, type Segment } from '../../lib/seal/seal.ts';
import { KEYS } from '../seal/history.ts';
import { SealedLog } from '../seal/sealed-log.ts';

const ROOT = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'grantgate-verify-log-'));
type Line = { Item: Record<string, AttributeValue> };

let lines: Line[];
let segments: Segment[];
let records: CheckRecord[];
beforeAll(async () => {
  const engine = await startEngine({ dataFolder: ':memory:' });
  const client = localClient(engine.endpoint);
  const log = await SealedLog.on(client);
  records = await log.check(3);
  await log.seal();
  records.push(...(await log.check(2)));
  await log.seal();
  segments = await log.segments();
  const { Items = [] } = await client.send(new ScanCommand({ TableName: log.tables.checkLog }));
  lines = Items.map((Item) => ({ Item }));
  client.destroy();
  await engine.stop();
  writeFileSync(join(folder, 'jwks.json'), JSON.stringify(KEYS));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** As `npm run verify` runs it, with no service to ask. */
function verify(
  { log = lines, seals = segments }: { log?: Line[]; seals?: Segment[] },
  ...more: string[]
): Promise<{ code: unknown; out: string }> {
  rmSync(join(folder, 'seals'), { recursive: true, force: true });
  mkdirSync(join(folder, 'seals'));
  for (const [index, segment] of seals.entries())
    writeFileSync(join(folder, 'seals', `${String(index + 1).padStart(9, '0')}.json`), JSON.stringify(segment));
  const inBase64 = (_: string, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
  writeFileSync(join(folder, 'log.jsonl'), log.map((line) => JSON.stringify(line, inBase64)).join('\n'));
  const command = ['--import', join(ROOT, 'infra/node24.mjs'), join(ROOT, 'infra/local/verify.ts')];
  const args = [...command, '--segment', 'seals', '--log', 'log.jsonl', ...more];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: folder, env: {} }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, out: stdout + stderr }),
    );
  });
}

const head = () => {
  const last = segments.at(-1);
  writeFileSync(join(folder, 'head.json'), JSON.stringify(headOf(segments.length, last?.seal ?? '')));
  return ['--head', 'head.json'];
};
const edited = (id: string | undefined, changes: Line['Item']): Line[] =>
  lines.map((line) => (line.Item.pk?.S === `C#${id}` ? { Item: { ...line.Item, ...changes } } : line));

test('an untouched log is found untouched, and the head to keep is given', async () => {
  const { code, out } = await verify({}, ...head());
  expect([code, out]).toEqual([0, expect.stringContaining('✓ 日志与封存相符')]);
  expect(out).toMatch(/untouched {4}5\n.*"segment":2/s);
});

test.each([
  ['an outcome that was changed', 'edited', () => edited(records[1]?.id, { outcome: { S: 'veto' } })],
  ['what an index finds it by', 'edited', () => edited(records[1]?.id, { callerHit: { S: 'procurement#hit' } })],
  ['a record that was taken out', 'deleted', () => lines.filter(({ Item }) => Item.pk?.S !== `C#${records[1]?.id}`)],
  ['an item that is broken', 'edited', () => edited(records[1]?.id, { link: { S: 'nothing' } })],
])('%s is named: %s', async (_, kind, log) => {
  const { code, out } = await verify({ log: log() });
  expect(code).toBe(1);
  expect(out).toContain(`✗ ${kind}\n`);
  expect(out).toContain(String(records[1]?.id));
});

test('a log and seals that end early are named by a head that was kept', async () => {
  const last = records.slice(3).map(({ id }) => `C#${id}`);
  const log = lines.filter(({ Item }) => !last.includes(Item.pk?.S ?? ''));
  const seals = segments.slice(0, 1);
  expect((await verify({ log, seals })).code).toBe(0);
  const { code, out } = await verify({ log, seals }, ...head());
  expect([code, out]).toEqual([1, expect.stringContaining('✗ cut-off\n')]);
});

test('what is no log, no seal or no order is said to be none', async () => {
  writeFileSync(join(folder, 'bad.json'), '{}');
  expect(await verify({}, '--head', 'bad.json')).toMatchObject({ code: 1 });
  expect((await verify({}, '--nothing')).out).toContain('Usage');
});
