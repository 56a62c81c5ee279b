import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { type ApiClient, organisation, question, SAMPLE, startSampleStack } from '../api-client.ts';
import { answerIn } from '../contract/shapes.ts';
import { encode } from '../domain/written-files.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** A whole request of the command, and one that is not full. */
const LINES = 2_100;
/** Every so many lines is broken: by its identifier, its columns or its time. */
const BROKEN_EVERY = 50;

let api: ApiClient;
const folder = mkdtempSync(join(tmpdir(), 'grantgate-reconcile-'));
beforeAll(async () => {
  api = await startSampleStack();
  answerIn(await api.check(question(organisation(1), { matter: { id: 'L-1' } })));
});
afterAll(async () => {
  await api?.stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

const reconciled = async (file: string, port = new URL(api.stack.url).port): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['infra/local/reconcile.ts', file], {
    cwd: ROOT,
    maxBuffer: 16 * 1024 * 1024,
    env: { ...process.env, PORT: port, ISSUER_PORT: new URL(api.stack.issuerUrl).port },
  });
  return stdout;
};

test('a part that the service cannot take for the moment is sent again, and a list that it refuses is not', async () => {
  const file = join(folder, 'short.csv');
  const header = 'subjectScheme,subjectId,principalId,matter,grantedAt';
  writeFileSync(
    file,
    `${header}\nuscc,${organisation(1)},${SAMPLE.principal},L-1,${new Date(Date.now() + 60_000).toISOString()}`,
  );
  const statuses = [503, 500];
  let asked = 0;
  const server = createServer(async (request, response) => {
    asked += 1;
    const status = statuses.shift();
    if (status !== undefined) return response.writeHead(status, { 'retry-after': '0' }).end('{}');
    const reply = await fetch(`${api.stack.url}${request.url}`, {
      method: 'POST',
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? '',
      },
      body: await text(request),
    });
    return response.writeHead(reply.status).end(await reply.text());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  expect(await reconciled(file, String(port))).toMatch(/fine\s*│\s*1\b/);
  expect(asked).toBe(3);
  writeFileSync(file, 'no,such,columns\n1,2,3');
  await expect(reconciled(file, String(port))).rejects.toMatchObject({ code: 1 });
  expect(asked).toBe(4);
  server.close();
});

test('a list of any length is reconciled in parts: broken lines are named by their numbers, and stop nothing', async () => {
  const granted = new Date(Date.now() + 60_000).toISOString();
  const row = (index: number): string => {
    const line = `uscc,${organisation(1 + (index % 2))},${SAMPLE.principal},L-1,${granted}`;
    if (index % BROKEN_EVERY !== 0) return line;
    const kinds = [line.replace(organisation(1), '9143'), line.replace(granted, 'soon'), `${line},one cell too many`];
    return kinds[(index / BROKEN_EVERY) % kinds.length] ?? line;
  };
  const rows = Array.from({ length: LINES }, (_, index) => row(index));
  const file = join(folder, 'granted.csv');
  writeFileSync(file, ['subjectScheme,subjectId,principalId,matter,grantedAt', ...rows].join('\n'));
  const stdout = await reconciled(file);
  const said = stdout.split('\n').flatMap((line) => {
    const [number, kind] = line.split('\t');
    return kind === undefined ? [] : [[Number(number), kind] as const];
  });
  // The header is the first line of the file.
  const numbers = (wanted: (index: number) => boolean) =>
    rows.flatMap((_, index) => (wanted(index) ? [index + 2] : []));
  const of = (kind: string) => said.flatMap(([number, each]) => (each === kind ? [number] : []));
  expect(of('broken')).toEqual(numbers((index) => index % BROKEN_EVERY === 0));
  expect(of('without-check')).toEqual(numbers((index) => index % 2 === 1));
  expect(stdout).toMatch(new RegExp(`fine\\s*│\\s*${LINES / 2 - LINES / BROKEN_EVERY}\\b`));
  expect(said).toHaveLength(of('broken').length + of('without-check').length);
});

test.each(['utf-8', 'gb18030', 'utf-16le'] as const)('a CSV in %s says the same', async (encoding) => {
  const matter = '湘财采〔2026〕1号';
  answerIn(await api.check(question(organisation(3), { matter: { id: matter } })));
  const line = (number: number, remark: string) =>
    `uscc,${organisation(number)},${SAMPLE.principal},${matter},${new Date(Date.now() + 60_000).toISOString()},${remark}`;
  const remark = encoding === 'gb18030' ? '备注' : '备注\u2028第二行';
  const rows = ['subjectScheme,subjectId,principalId,matter,grantedAt,备注', line(3, remark), line(4, ''), line(3, '')];
  const file = join(folder, `${encoding}.csv`);
  const mark = encoding === 'utf-16le' ? '\ufeff' : '';
  writeFileSync(file, encode(`${mark}${rows.join('\r\n')}\r\n`, encoding));
  const stdout = await reconciled(file);
  expect(stdout).toMatch(/^3\twithout-check$/m);
  expect(stdout).toMatch(/fine\s*│\s*2\b/);
  expect(stdout).toMatch(/broken\s*│\s*0\b/);
});

test('a line of JSON Lines that is not UTF-8 is broken, and the others are what they are', async () => {
  const line = (number: number) =>
    JSON.stringify({
      ...{ subjectScheme: 'uscc', subjectId: organisation(number), principalId: SAMPLE.principal, matter: '采-1' },
      grantedAt: new Date(Date.now() + 60_000).toISOString(),
    });
  const file = join(folder, 'granted.jsonl');
  writeFileSync(file, Buffer.concat([encode(`${line(5)}\n`, 'gb18030'), encode(line(6), 'utf-8')]));
  const stdout = await reconciled(file);
  expect(stdout).toMatch(/^1\tbroken\tmalformed-json$/m);
  expect(stdout).toMatch(/^2\twithout-check$/m);
});
