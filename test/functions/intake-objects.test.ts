import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LocalObjects } from '../../infra/local/intake-objects.ts';
import { close, HOST, listen } from '../../infra/local/listen.ts';
import { s3Client } from '../../lib/intake-edge/client.ts';
import { S3IntakeObjects } from '../../lib/intake-edge/objects.ts';

const PART_BYTES = 16 * 1024;

const folder = mkdtempSync(join(tmpdir(), 'grantgate-objects-'));
let broken = 0;
let objects: S3IntakeObjects;
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];

beforeAll(async () => {
  const local = new LocalObjects(folder, () => undefined);
  const server = createServer((request, response) => {
    if (request.method === 'PUT' && broken > 0) {
      broken -= 1;
      return void request.once('data', () => request.destroy());
    }
    const name = decodeURIComponent((request.url ?? '').replace(/^\/lists\//, '').replace(/\?.*/, ''));
    local.serve(request, response, name, undefined).catch(() => response.destroy());
  });
  const port = await listen(server, 0, 'PORT');
  stops.push(() => close(server));
  const client = s3Client({ region: 'local', endpoint: `http://${HOST}:${port}` });
  stops.push(() => client.destroy());
  objects = new S3IntakeObjects(client, 'lists');
});

afterAll(async () => {
  for (const stop of stops.toReversed()) await stop();
});

async function held(name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of objects.read(name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const partsOf = (count: number): Buffer[] => Array.from({ length: count }, () => randomBytes(PART_BYTES));

test.each([
  { size: 'empty', count: 0 },
  { size: 'small', count: 3 },
  { size: 'large', count: 400 },
])('an object of parts is one object with their bytes in their order: $size', async ({ size, count }) => {
  const parts = partsOf(count);
  await objects.write(size, parts, 'csv');
  expect((await held(size)).equals(Buffer.concat(parts))).toBe(true);
  expect(await objects.size(size)).toBe(count * PART_BYTES);
});

test('a small one is sent again where its way breaks; a large one fails, and what was there stays whole', async () => {
  const [small, large] = [partsOf(3), partsOf(400)];
  await objects.write('broken-large', small, 'csv');
  broken = 1;
  await objects.write('broken-small', small, 'csv');
  expect((await held('broken-small')).equals(Buffer.concat(small))).toBe(true);
  broken = 1;
  await expect(objects.write('broken-large', large, 'csv')).rejects.toThrow();
  expect((await held('broken-large')).equals(Buffer.concat(small))).toBe(true);
  await objects.write('broken-large', large, 'csv');
  expect((await held('broken-large')).equals(Buffer.concat(large))).toBe(true);
});
