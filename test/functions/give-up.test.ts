import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import * as z from 'zod';
import { bundleFile } from '../../infra/local/bundles.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { conduct, type Worker } from '../../infra/local/intake-conductor.ts';
import { LocalObjects } from '../../infra/local/intake-objects.ts';
import { close, listen } from '../../infra/local/listen.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { LOCAL_REGION } from '../../infra/local/stack.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import type { ImportOrder } from '../../lib/intake/import.ts';
import { objectNames } from '../../lib/intake/ports.ts';
import { proposed } from '../../lib/intake/propose.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { codeOf, listOf, rowsAbout } from '../intake/lists.ts';
import { FaultProxy, throttled } from './fault-proxy.ts';

const KEYRING = `1:${Buffer.alloc(32, 7).toString('base64')}`;
const BUCKET = 'intake';
const SUBJECTS = 4;
const POISONED = codeOf(2);
const Bundle = z.object({ handler: z.custom<Worker>((value) => typeof value === 'function') });
const Line = z.looseObject({ level: z.string(), message: z.string() });

let folder: string;
let engine: Engine;
let proxy: FaultProxy;
let bucket: string;
/** Files alone: what is uploaded is brought in by this process, which sees what the worker logs. */
const server = createServer((request, response) => {
  const name = new URL(request.url ?? '', bucket).pathname.replace(`/${BUCKET}/`, '');
  void new LocalObjects(folder, () => undefined).serve(request, response, name, undefined);
});

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'grantgate-give-up-'));
  engine = await startEngine({ dataFolder: ':memory:' });
  proxy = new FaultProxy(engine.endpoint);
  bucket = `http://127.0.0.1:${await listen(server, 0, '')}`;
  const client = dynamoClient({ endpoint: engine.endpoint, region: LOCAL_REGION });
  await createTables(client);
  await loadSample({
    endpoint: engine.endpoint,
    registryTable: TABLE_NAMES.registry,
    checkLogTable: TABLE_NAMES.checkLog,
    personKeyring: KEYRING,
    now: new Date(),
  });
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await close(server);
  await proxy?.stop();
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The bundle as it is deployed, with the proxy between it and the tables. */
async function workerBehindProxy(): Promise<Worker> {
  const variables = {
    AWS_REGION: LOCAL_REGION,
    DYNAMODB_ENDPOINT: await proxy.start(),
    REGISTRY_TABLE: TABLE_NAMES.registry,
    PERSON_KEYRING: KEYRING,
    INTAKE_BUCKET: BUCKET,
    INTAKE_ENDPOINT: bucket,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  const file = bundleFile(resolve(import.meta.dirname, '../../dist'), 'intake');
  return Bundle.parse(createRequire(file)(file)).handler;
}

it('says why a piece was given up, and nothing of a row', async () => {
  const client = dynamoClient({ endpoint: engine.endpoint, region: LOCAL_REGION });
  const imports = new DynamoImportStore(client, TABLE_NAMES.registry);
  const catalogue = await new DynamoHeadStore(client, TABLE_NAMES.registry).current();
  const text = listOf(rowsAbout(SUBJECTS, 1));
  const file = { name: 'list.csv', size: Buffer.byteLength(text) };
  const order: ImportOrder = { profile: 'generic', source: 'penalty-publicity', mode: 'delta', file };
  const created = proposed(randomUUID(), order, { actor: 'admin', person: 'one' }, catalogue, systemClock());
  const { id } = created;
  await imports.create(created);
  await fetch(`${bucket}/${BUCKET}/${objectNames.upload(id)}`, { method: 'PUT', body: text });
  const worker = await workerBehindProxy();
  const logged = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const warned = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  proxy.inject('TransactWriteItems', throttled(), Number.POSITIVE_INFINITY, POISONED);
  await conduct(worker, id, 'begin', 'test');

  expect(await imports.read(id)).toMatchObject({
    state: 'failed',
    refusal: { code: 'not-all-written' },
    result: { read: SUBJECTS, added: SUBJECTS - 1, quarantined: 1 },
  });
  const lines = logged.mock.calls.map(([line]) => Line.parse(JSON.parse(String(line))));
  expect(lines.filter(({ message }) => message === 'ListRowsUnwritten').at(-1)).toMatchObject({
    level: 'error',
    importId: id,
    piece: expect.stringMatching(/^\d\d-0$/),
    items: 1,
    error: 'ProvisionedThroughputExceededException',
    ListRowsUnwritten: 1,
  });
  // On one machine, where a worker's log is nobody's to read, the flow says it.
  const told = new RegExp(`^import ${id}, piece \\d\\d-0: ProvisionedThroughputExceededException$`);
  expect(warned.mock.calls).toEqual([[expect.stringMatching(told)]]);
  const all = JSON.stringify([logged.mock.calls, warned.mock.calls]);
  for (const hidden of [POISONED, '公司', '罚']) expect(all).not.toContain(hidden);
}, 120_000);
