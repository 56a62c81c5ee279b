import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, DescribeTimeToLiveCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { holdFolder } from '../../infra/local/data-folder.ts';
import { type EngineKind, engineKinds, isInstalled, startEngine } from '../../infra/local/engine.ts';
import { keysOf } from '../../infra/local/keys.ts';
import { announce, whatRuns } from '../../infra/local/running.ts';
import { localClient } from '../../infra/local/stack.ts';
import { createTables } from '../../infra/local/tables.ts';
import { TABLES } from '../../lib/dynamo/tables.ts';

const installed: EngineKind[] = [];
for (const kind of engineKinds) if (await isInstalled(kind)) installed.push(kind);

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  vi.unstubAllEnvs();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const alive = async (endpoint: string) =>
  await fetch(endpoint).then(
    () => true,
    () => false,
  );

describe.each(installed)('%s', (kind) => {
  test('has the tables with their indexes, streams and expiry, and making them again changes nothing', async () => {
    const engine = await startEngine({ dataFolder: ':memory:', kind });
    const client = localClient(engine.endpoint);
    const names = { registry: 'Registry-1', checkLog: 'CheckLog-1', seals: 'Seals-1' };
    await createTables(client, names);
    await createTables(client, names);
    for (const table of ['registry', 'checkLog'] as const) {
      const TableName = names[table];
      const { Table: made } = await client.send(new DescribeTableCommand({ TableName }));
      expect(made?.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
      const indexes = made?.GlobalSecondaryIndexes ?? [];
      expect(indexes.map(({ IndexName }) => IndexName).sort()).toEqual(Object.keys(TABLES[table].indexes).sort());
      for (const index of indexes) expect(index.Projection?.ProjectionType).toBe('INCLUDE');
    }
    const ttl = await client.send(new DescribeTimeToLiveCommand({ TableName: names.checkLog }));
    expect(ttl.TimeToLiveDescription?.AttributeName).toBe('ttl');
    client.destroy();
    await engine.stop();
    expect(await alive(engine.endpoint)).toBe(false);
  });

  test('says in one line that its data are damaged', async () => {
    const dataFolder = newFolder();
    for (const file of ['dynoxide.sqlite', 'shared-local-instance.db']) {
      writeFileSync(join(dataFolder, file), 'no database'.repeat(1_000));
    }
    const line = `The database in ${dataFolder} is damaged: delete the folder ${dataFolder} to start afresh.`;
    await expect(startEngine({ dataFolder, kind })).rejects.toThrow(line);
  });
});

describe('the engine', () => {
  test('is the one that DYNAMODB_ENDPOINT names', async () => {
    vi.stubEnv('DYNAMODB_ENDPOINT', 'http://127.0.0.1:9');
    expect(await startEngine({ dataFolder: ':memory:' })).toMatchObject({
      endpoint: 'http://127.0.0.1:9',
      kind: 'external',
    });
  });

  test('keeps its data in the folder', async () => {
    const dataFolder = newFolder();
    const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
    for (const written of [true, false]) {
      const engine = await startEngine({ dataFolder });
      const client = localClient(engine.endpoint);
      await createTables(client);
      const put = new PutItemCommand({ TableName: 'Registry', Item, ConditionExpression: 'attribute_not_exists(pk)' });
      const outcome = await client.send(put).then(
        () => true,
        () => false,
      );
      expect(outcome).toBe(written);
      client.destroy();
      await engine.stop();
    }
  });

  test('ends with the process that started it, even when that is killed', async () => {
    const module = JSON.stringify(resolve('infra/local/engine.ts'));
    const script = `const { startEngine } = await import(${module});
      console.log((await startEngine({ dataFolder: ':memory:' })).endpoint); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const endpoint = String(line).trim();
    expect(await alive(endpoint)).toBe(true);
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    for (let tries = 0; tries < 50 && (await alive(endpoint)); tries += 1) await sleep(20);
    expect(await alive(endpoint)).toBe(false);
  });

  test('does not take tables of another version', async () => {
    const engine = await startEngine({ dataFolder: ':memory:' });
    const client = localClient(engine.endpoint);
    await createTables(client);
    const swapped = { registry: 'CheckLog', checkLog: 'Registry', seals: 'Seals' };
    await expect(createTables(client, swapped)).rejects.toThrow('was made by another version of Grantgate');
    client.destroy();
    await engine.stop();
  });
});

describe('the data folder', () => {
  test('is held by one process at a time', () => {
    const folder = newFolder();
    const release = holdFolder(folder);
    expect(() => holdFolder(folder)).toThrow(`Grantgate is already running on the data folder ${folder}`);
    release();
    holdFolder(folder)();
  });

  test('cannot be a file', () => {
    const file = join(newFolder(), 'file');
    writeFileSync(file, '');
    expect(() => holdFolder(file)).toThrow(`The data folder ${file} cannot be made`);
  });

  test('keeps its keys, and is damaged when they are gone and its data are not', async () => {
    const folder = newFolder();
    const keys = await keysOf(folder);
    expect(await keysOf(folder)).toEqual(keys);
    rmSync(join(folder, 'keys.json'));
    writeFileSync(join(folder, 'dynoxide.sqlite'), '');
    await expect(keysOf(folder)).rejects.toThrow('keys.json');
    expect(await keysOf(':memory:')).not.toEqual(await keysOf(':memory:'));
  });

  test('tells where the stack is while its process lives', () => {
    const folder = newFolder();
    const running = {
      url: 'http://127.0.0.1:8',
      issuerUrl: 'http://127.0.0.1:9',
      endpoint: 'http://127.0.0.1:10',
      checkLogTable: 'CheckLog',
      pid: process.pid,
    };
    const takeBack = announce(folder, running);
    expect(whatRuns(folder)).toEqual(running);
    takeBack();
    expect(whatRuns(folder)).toBeUndefined();
    expect(existsSync(join(folder, 'running.json'))).toBe(false);
    announce(folder, { ...running, pid: 2 ** 30 });
    expect(whatRuns(folder)).toBeUndefined();
  });
});
