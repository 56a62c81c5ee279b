import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sweepIntake } from '../../infra/local/intake-sweep.ts';
import { announce } from '../../infra/local/running.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { localClient, startStack } from '../../infra/local/stack.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { organisationKey } from '../../lib/subject/key.ts';

const COMMAND = new URL('../../infra/local/import.ts', import.meta.url).pathname;
const COURT_HEADER = '被执行人姓名/名称,身份证号码/组织机构代码,执行法院,案号,失信被执行人行为具体情形,发布时间';
const GENERIC_HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until';

// Each command starts a stack of its own.
vi.setConfig({ testTimeout: 240_000 });

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantgate-import-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(args: readonly string[], dataFolder = join(folder, 'data'), more: NodeJS.ProcessEnv = {}) {
  const { DYNAMODB_ENDPOINT: _, ...env } = process.env;
  return spawn(process.execPath, [COMMAND, ...args], { env: { ...env, ...more, GRANTGATE_DATA: dataFolder } });
}

async function run(
  args: readonly string[],
  dataFolder?: string,
  more?: NodeJS.ProcessEnv,
): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(args, dataFolder, more);
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    texts.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    texts.err += chunk;
  });
  await once(child, 'close');
  return { code: child.exitCode, ...texts };
}

function write(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => `${line}\n`).join(''));
  return path;
}

/** The number behind a label of the summary. */
const figure = (out: string, label: string): number => Number(new RegExp(`${label} +(\\d+)`).exec(out)?.[1]);

it('refuses in a line what it cannot take in', async () => {
  const court = write('court.csv', [
    COURT_HEADER,
    '甲公司,74419092-7,某法院,(2018)黑01执1号,违反财产报告制度,2018-04-08',
  ]);
  for (const [args, message] of [
    [[], /Usage: npm run import/],
    [[court], /Known profiles: .*generic, .*shixin-zxgk/],
    [[court, '--profile', 'tax'], /没有模板 tax。.*shixin-zxgk/],
    [[court, '--profile', 'shixin-zxgk', '--force'], /Unknown option '--force'.*Usage/],
    [[join(folder, 'absent.csv'), '--profile', 'generic'], /There is no file/],
    [[folder, '--profile', 'generic'], /There is no file/],
    [[court, '--profile', 'generic', '--source', 'sample'], /columns are missing: subject_scheme/],
    [[court, '--profile', 'generic'], /--source: court-defaulters-list, /],
    [[write('empty.csv', []), '--profile', 'shixin-zxgk'], /the file is empty/],
  ] as const) {
    const { code, out, err } = await run(args);
    // What the API refuses is said in two, one for each language; a file that is read has been sent before.
    const said = err
      .trim()
      .split('\n')
      .filter((line) => !line.includes('uploading'));
    expect([code, out, said.length]).toEqual([1, '', message.source.startsWith('--source') ? 2 : 1]);
    expect(err).toMatch(message);
  }
});

it('says of a refusal which field is wrong, and all of it in one language and then in the other', async () => {
  const path = write('asof.csv', [
    COURT_HEADER,
    '甲公司,74419092-7,某法院,(2018)黑01执1号,违反财产报告制度,2018-04-08',
  ]);
  const { code, err } = await run([path, '--profile', 'shixin-zxgk', '--as-of', 'yesterday']);
  const [zh = '', en = '', ...more] = err.trim().split('\n');
  expect([code, more]).toEqual([1, []]);
  expect(zh).toMatch(/\p{Script=Han}.*\/asOf: \p{Script=Han}/u);
  expect(en).toMatch(/\/asOf: [a-z]/);
  expect(en).not.toMatch(/\p{Script=Han}/u);
});

it('fails where no row can be taken in', async () => {
  const path = write('masked.csv', [
    COURT_HEADER,
    '甲公司,91230199744****927K,某法院,(2018)黑01执1号,违反财产报告制度,2018-04-08',
  ]);
  const { code, out, err } = await run([path, '--profile', 'shixin-zxgk']);
  expect([code, figure(out, 'quarantined')]).toEqual([1, 1]);
  expect(err).toMatch(/No row could be taken in/);
  // A refused run has nothing to say of the rows, and leaves what an earlier one said.
  expect((await run([path, '--profile', 'ccgp'])).code).toBe(1);
  expect(existsSync(join(folder, 'data', 'quarantine', 'masked.csv.quarantine.csv'))).toBe(true);
});

it('imports, killed at any moment and run again, every row once', async () => {
  const rows = Array.from(
    { length: 300 },
    (_, at) =>
      `org-code,74419092-7,甲公司,ordinary,general-penalty,minor,罚${at}号,penalty-decision,2025-03-01,某局,strict-review,`,
  );
  const path = write('penalties.csv', [GENERIC_HEADER, ...rows, rows[0] ?? '', 'uscc,91****,乙公司']);
  const args = [path, '--profile', 'generic', '--source', 'penalty-publicity'];

  const rehearsed = await run([...args, '--dry-run']);
  expect(rehearsed.out).toMatch(/dry run, nothing was written/);
  const plan = join(folder, 'data', 'plans', 'penalties.csv.plan.csv');
  expect(rehearsed.out).toContain(plan);
  expect(readFileSync(plan, 'utf8').trimEnd().split('\r\n')).toHaveLength(301);
  const killed = start(args);
  // Not while the file is sent: once rows are written.
  while (!String((await once(killed.stderr, 'data'))[0]).includes('writing'));
  killed.kill('SIGKILL');
  await once(killed, 'close');

  const second = await run(args);
  expect(second.code).toBe(0);
  const [added, unchanged] = [figure(second.out, 'added'), figure(second.out, 'unchanged')];
  expect([added + unchanged, unchanged > 0]).toEqual([300, true]);
  expect([figure(second.out, 'rows read'), figure(second.out, 'merged'), figure(second.out, 'quarantined')]).toEqual([
    302, 1, 1,
  ]);
  const quarantine = join(folder, 'data', 'quarantine', 'penalties.csv.quarantine.csv');
  expect(second.out).toContain(quarantine);
  expect(readFileSync(quarantine, 'utf8')).toMatch(/\r\n303,,malformed-row,/);

  const third = await run(args);
  expect([
    third.code,
    figure(third.out, 'added'),
    figure(third.out, 'changed'),
    figure(third.out, 'unchanged'),
  ]).toEqual([0, 0, 0, 300]);

  write('penalties.csv', [GENERIC_HEADER, ...rows]);
  await run(args);
  expect(existsSync(quarantine)).toBe(false);
});

it('sweeps what has lain for as long as on AWS, of imports that are over', async () => {
  const dataFolder = join(folder, 'swept');
  const path = write('swept.csv', [GENERIC_HEADER, 'uscc,91****,乙公司', 'org-code,74419092-7,甲公司']);
  await run([path, '--profile', 'generic', '--source', 'penalty-publicity'], dataFolder);
  const intake = join(dataFolder, 'intake');
  const prefixes = ['uploads', 'work', 'quarantine'] as const;
  const names = () => prefixes.map((prefix) => readdirSync(join(intake, prefix)).length);
  const age = (days: number) => {
    const then = new Date(Date.now() - days * 86_400_000);
    for (const prefix of prefixes)
      for (const name of readdirSync(join(intake, prefix))) utimesSync(join(intake, prefix, name), then, then);
  };
  // Persons' numbers may stand in them.
  for (const prefix of ['uploads', 'quarantine'])
    for (const name of readdirSync(join(intake, prefix)))
      expect(statSync(join(intake, prefix, name)).mode & 0o777, name).toBe(0o600);
  // The upload and the quarantine file each have their headers beside them.
  expect(names()).toEqual([2, 1, 2]);
  age(29);
  await sweepIntake(intake, async () => false);
  expect(names()).toEqual([2, 1, 2]);
  writeFileSync(join(intake, 'uploads', 'broken.part'), '');
  age(29);
  await sweepIntake(intake, async () => false);
  expect(names()).toEqual([2, 1, 2]);
  await sweepIntake(intake, async () => true);
  expect(names()).toEqual([0, 1, 2]);
  age(181);
  await run([path, '--profile', 'shixin-zxgk', '--dry-run'], dataFolder);
  // What is there is the last command's own.
  expect(names()).toEqual([2, 0, 0]);
});

it('goes to what runs in memory by its ports, and shows how the file is sent', async () => {
  const stack = await startStack({ port: 0, issuerPort: 0, dataFolder: ':memory:' });
  try {
    await loadSample({ ...stack, now: new Date() });
    const row = '甲公司,74419092-7,某法院,(2018)黑01执1号,有履行能力而拒不履行,2018-04-08';
    const [port, issuer] = [stack.url, stack.issuerUrl].map((url) => new URL(url).port);
    const args = [write('memory.csv', [COURT_HEADER, row]), '--profile', 'shixin-zxgk'];
    expect(await run(args, ':memory:', { PORT: port, ISSUER_PORT: issuer })).toMatchObject({
      code: 0,
      out: expect.stringContaining('approved by director-zhou'),
      err: expect.stringContaining('上传 uploading 1/1 KB'),
    });
  } finally {
    await stack.stop();
  }
});

it('goes to a running stack, makes its source fresh and is seen there', async () => {
  const dataFolder = join(folder, 'running');
  // What `npm start` does.
  const stack = await startStack({ port: 0, issuerPort: 0, dataFolder });
  const client = localClient(stack.endpoint);
  try {
    await loadSample({ ...stack, now: new Date('2026-01-01T00:00:00Z') });
    const { url, issuerUrl, endpoint, checkLogTable } = stack;
    announce(dataFolder, { url, issuerUrl, endpoint, checkLogTable, pid: process.pid });
    const row = '甲公司,74419092-7,某法院,(2018)黑01执1号,有履行能力而拒不履行,2018-04-08';
    const args = [write('one.csv', [COURT_HEADER, row]), '--profile', 'shixin-zxgk'];
    const rehearsed = await run(['--dry-run', ...args], dataFolder);
    const heads = new DynamoHeadStore(client, stack.registryTable);
    expect([rehearsed.code, (await heads.read())?.freshAsOf['court-defaulters-list']]).toEqual([
      0,
      '2026-01-01T00:00:00.000Z',
    ]);
    expect(await run(args, dataFolder)).toMatchObject({
      code: 0,
      out: expect.stringContaining('approved by director-zhou'),
      err: expect.stringContaining('signed as the demo approver'),
    });
    expect((await heads.read())?.freshAsOf['court-defaulters-list']).not.toMatch(/^2026-01-01/);
    const key = organisationKey('744190927');
    const standing = (await new DynamoStandingStore(client, stack.registryTable).standings([key])).get(key);
    expect(standing?.listings).toMatchObject([{ source: 'court-defaulters-list', until: null, state: 'active' }]);
  } finally {
    client.destroy();
    await stack.stop();
  }
});
