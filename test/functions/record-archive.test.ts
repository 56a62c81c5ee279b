import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { witnessHandler } from '../../functions/witness/handler.ts';
import { startEngine } from '../../infra/local/engine.ts';
import { LocalObjects } from '../../infra/local/intake-objects.ts';
import { close, HOST, listen } from '../../infra/local/listen.ts';
import { localClient } from '../../infra/local/stack.ts';
import { startStreamPoller } from '../../infra/local/stream-poller.ts';
import { streamPosition } from '../../infra/local/stream-position.ts';
import { reportLog } from '../../infra/local/verify-log.ts';
import { s3RecordArchive } from '../../lib/archive/record-archive.ts';
import { membersDigest, personDigest } from '../../lib/check/digest.ts';
import { DynamoNoteBook } from '../../lib/dynamo/note-book.ts';
import { instant } from '../../lib/kernel/clock.ts';
import { KEYS } from '../seal/history.ts';
import { SealedLog } from '../seal/sealed-log.ts';

const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };
const CATALOGUE = {
  version: '1',
  scenes: [
    { code: 'government-procurement', retentionYears: 15 },
    { code: 'commendation', retentionYears: 10 },
  ],
};

const folder = mkdtempSync(join(tmpdir(), 'grantgate-archive-'));
const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
/** Every put that came, with the lock that it asked for. */
const puts: { readonly name: string; readonly lock: string }[] = [];
let refusing = false;
const delivered: unknown[] = [];
let client: DynamoDBClient;
let log: SealedLog;
let witness: ReturnType<typeof witnessHandler>;

beforeAll(async () => {
  const engine = await startEngine({ dataFolder: ':memory:' });
  client = localClient(engine.endpoint);
  stops.push(engine.stop, () => client.destroy());
  log = await SealedLog.on(client);
  const objects = new LocalObjects(folder, () => undefined);
  const server = createServer((request, response) => {
    if (refusing) return void request.resume().on('end', () => response.writeHead(403).end());
    const name = decodeURIComponent((request.url ?? '').replace(/^\/archive\//, '').replace(/\?.*/, ''));
    const { 'x-amz-object-lock-mode': mode, 'x-amz-object-lock-retain-until-date': until } = request.headers;
    puts.push({ name, lock: `${mode} ${until}` });
    objects.serve(request, response, name, undefined).catch(() => response.destroy());
  });
  const port = await listen(server, 0, 'PORT');
  stops.push(() => close(server));
  const s3 = new S3Client({
    region: 'local',
    endpoint: `http://${HOST}:${port}`,
    forcePathStyle: true,
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  stops.push(() => s3.destroy());
  witness = witnessHandler(new DynamoNoteBook(client, log.tables.seals, () => instant(log.now)), {
    archive: s3RecordArchive(s3, 'archive'),
    catalogue: async () => CATALOGUE,
  });
  const poller = await startStreamPoller({
    client,
    streams: new DynamoDBStreamsClient({ endpoint: engine.endpoint, region: 'local', credentials: CREDENTIALS }),
    table: log.tables.checkLog,
    consumer: (event) => {
      delivered.push(event);
      return witness(event);
    },
    log: () => undefined,
    position: streamPosition(':memory:', 'witness'),
  });
  stops.push(() => poller.stop());
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const archivedNames = () =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort();

const organisation = (number: number, listings: readonly string[] = []) => ({
  key: `o:MA5T0000${number}`,
  scheme: 'uscc',
  id: `91430100MA5T0000${number}`,
  listings,
});

test('every record is archived as it is inserted, found by its id, locked for its own term, with no field of a person', async () => {
  const person = { index: 0, id: '110*************2X', name: '样*', salt: 'c2FsdA' };
  const asked = log.link({ persons: [person], personDigests: { 0: personDigest(person) } });
  const subjects = [organisation(1), organisation(2)];
  const members = log.link({ subjects, membersDigest: membersDigest(subjects, []) });
  const honour = log.link({ scene: 'commendation' });
  const forgotten = log.link({ scene: 'a scene of old' });
  for (const each of [asked, members, honour, forgotten]) await log.put(each);
  const names = [
    ...[honour, forgotten].map(({ record: { id } }) => `records/10y/2026-11-21/${id}/R.json`),
    `records/15y/2026-11-21/${asked.record.id}/R.json`,
    `records/15y/2026-11-21/${members.record.id}/M01.json`,
    `records/15y/2026-11-21/${members.record.id}/R.json`,
  ];
  await vi.waitFor(() => expect(archivedNames()).toEqual(names.toSorted()), 10_000);
  // The first moment at which a record may be deleted: a lock that went on would keep what the law wants gone.
  expect(puts.find(({ name }) => name.includes(asked.record.id))?.lock).toBe('GOVERNANCE 2041-11-21T16:00:00Z');
  expect(puts.find(({ name }) => name.includes(honour.record.id))?.lock).toBe('GOVERNANCE 2036-11-21T16:00:00Z');
  const texts = names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
  expect(texts).not.toContain(person.id);
  expect(texts).not.toContain(person.name);
  expect(texts).not.toContain(person.salt);
});

test('the archive is the log when it is held against the seals, and shows what was done to the log', async () => {
  log.now += 1_000;
  const linked = log.link();
  await log.put(linked);
  const mine = `records/15y/2026-11-21/${linked.record.id}/R.json`;
  await vi.waitFor(() => expect(archivedNames()).toContain(mine), 10_000);
  await log.seal();
  await log.remove(linked.record.id);
  expect((await log.verify()).findings.map(({ kind, id }) => [kind, id])).toEqual([['cut-off', linked.record.id]]);

  const seals = mkdtempSync(join(tmpdir(), 'grantgate-seals-'));
  stops.push(() => rmSync(seals, { recursive: true }));
  for (const [index, segment] of (await log.segments()).entries())
    writeFileSync(join(seals, `00000000${index + 1}.json`), JSON.stringify(segment));
  const report = () => reportLog({ folder: seals, log: folder, keys: KEYS, heads: [], receipts: [] });
  vi.spyOn(console, 'log').mockReturnValue();
  const said = vi.spyOn(console, 'error').mockReturnValue();
  expect(await report()).toBe(true);
  // Changed in the archive, it is an edit like any other.
  const text = readFileSync(join(folder, mine), 'utf8');
  writeFileSync(join(folder, mine), text.replace('"operator":{"S":"', '"operator":{"S":"not-'));
  expect(await report()).toBe(false);
  expect(said.mock.calls.join()).toContain(linked.record.id);
  writeFileSync(join(folder, mine), text);
});

test('a batch that comes again changes nothing, and one that could not be archived comes again', async () => {
  const linked = log.link();
  refusing = true;
  await log.put(linked);
  const first = delivered.length;
  await vi.waitFor(() => expect(delivered.length).toBeGreaterThan(first + 1), 10_000);
  expect(archivedNames().join()).not.toContain(linked.record.id);
  refusing = false;
  await vi.waitFor(() => expect(archivedNames().join()).toContain(linked.record.id), 10_000);
  const before = archivedNames().map((name) => readFileSync(join(folder, name), 'utf8'));
  for (const event of delivered) await witness(event);
  expect(archivedNames().map((name) => readFileSync(join(folder, name), 'utf8'))).toEqual(before);
});
