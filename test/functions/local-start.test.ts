import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { localEnvironment } from '../../infra/local/environment.ts';
import { onePerInvocation } from '../../infra/local/execution-environment.ts';
import { close, freePort, listen } from '../../infra/local/listen.ts';
import { whatRuns } from '../../infra/local/running.ts';

const STOP_LIMIT = 5_000;

const folders: string[] = [];
const children: ChildProcess[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'grantgate-test-'));
  folders.push(folder);
  return folder;
}
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A command of `infra/local`, and what it has written so far. */
function run(command: string, variables: Record<string, string>, nodeOptions: string[] = []) {
  const args = [...nodeOptions, `infra/local/${command}`, '--built'].flatMap((arg) => arg.split(' '));
  const env = { PATH: process.env.PATH, PORT: '0', ISSUER_PORT: '0', ...variables };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const written = { out: '', error: '' };
  child.stdout.on('data', (chunk) => {
    written.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    written.error += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...written }));
  const until = async (text: string) => {
    while (!written.out.includes(text)) {
      if (child.exitCode !== null) throw new Error(written.error);
      await Promise.race([once(child.stdout, 'data'), ended]);
    }
    return written.out;
  };
  return { child, ended, until };
}

const processesOf = (folder: string) =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder));

test('starts, checks, is found by other commands, and stops at once', async () => {
  const folder = newFolder();
  const port = String(await freePort());
  const issuerPort = String(await freePort());
  const variables = { GRANTGATE_DATA: folder, PORT: port, ISSUER_PORT: issuerPort };
  const first = run('start.ts', variables);
  const lines = await first.until('A check that is vetoed');
  expect(lines).toContain(`Grantgate is ready at http://127.0.0.1:${port}\n`);
  expect(whatRuns(folder)).toMatchObject({
    url: `http://127.0.0.1:${port}`,
    checkLogTable: 'CheckLog',
    pid: first.child.pid,
  });

  const commands = lines.split('\n').filter((line) => /^ {2}(?:TOKEN=|curl )/.test(line));
  const [pass, veto] = commands
    .slice(1)
    .map((check) => JSON.parse(execFileSync('sh', ['-c', `${commands[0]}\n${check}`], { encoding: 'utf8' })));
  expect([pass?.outcome, veto?.outcome]).toEqual(['pass', 'veto']);

  const token = await run('token.ts auditor', variables).ended;
  expect(token).toMatchObject({ code: 0, out: expect.stringMatching(/^eyJ\S+\n$/) });

  const second = await run('start.ts', { GRANTGATE_DATA: folder }).ended;
  expect(second).toMatchObject({
    code: 1,
    error: `Grantgate is already running on the data folder ${folder}: stop it, or set GRANTGATE_DATA to another folder.\n`,
  });

  const before = Date.now();
  first.child.kill('SIGINT');
  expect(await first.ended).toMatchObject({ code: 0, error: '' });
  expect(Date.now() - before).toBeLessThan(STOP_LIMIT);
  expect(processesOf(folder)).toEqual([]);
  expect(existsSync(join(folder, 'running.json'))).toBe(false);
});

test('stops in the midst of its start', async () => {
  const folder = newFolder();
  const { child, ended } = run('start.ts', { GRANTGATE_DATA: folder });
  while (!existsSync(join(folder, 'dynoxide.sqlite')) && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, error: '' });
  await expect.poll(() => processesOf(folder)).toEqual([]);
});

test.each(['PORT', 'ISSUER_PORT'])('names the port that is in use, and %s', async (variable) => {
  const server = createServer();
  const port = await listen(server, 0, '');
  const folder = newFolder();
  const { code, error } = await run('start.ts', { GRANTGATE_DATA: folder, [variable]: String(port) }).ended;
  await close(server);
  expect([code, error]).toEqual([
    1,
    `Port ${port} is in use: stop what uses it, or set ${variable} to another port.\n`,
  ]);
  expect(processesOf(folder)).toEqual([]);
});

test('names the folder whose data are damaged', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ personKeyring: '1:a', recordKey: 'YQ==' }));
  writeFileSync(join(folder, 'dynoxide.sqlite'), 'no database'.repeat(1_000));
  const { code, error } = await run('start.ts', { GRANTGATE_DATA: folder }).ended;
  expect([code, error]).toEqual([
    1,
    `The database in ${folder} is damaged: delete the folder ${folder} to start afresh.\n`,
  ]);
  expect(processesOf(folder)).toEqual([]);
});

test('says what to install where no engine is found', async () => {
  // Neither dynoxide among the packages, nor Java in the path.
  const hidden = `data:text/javascript,${encodeURIComponent(
    `import m from 'node:module'; const resolve = m._resolveFilename; m._resolveFilename = (name, ...rest) => {
       if (name.startsWith('@dynoxide')) throw new Error('not found'); return resolve(name, ...rest); };`,
  )}`;
  const variables = { GRANTGATE_DATA: ':memory:', PATH: '/nonexistent' };
  const { code, error } = await run('start.ts', variables, ['--import', hidden]).ended;
  expect(code).toBe(1);
  expect(error).toMatch(/^No DynamoDB engine was found: .*`npm ci`.*Java 17.*DYNAMODB_ENDPOINT.*\n$/);
});

test.each([
  ['PORT', 'abc', 'PORT takes a port from 0 to 65535, not "abc".'],
  ['ISSUER_PORT', '70000', 'ISSUER_PORT takes a port from 0 to 65535, not "70000".'],
  ['GRANTGATE_DATA', '', 'GRANTGATE_DATA takes a folder or :memory:, not "".'],
])('names %s when it is malformed', (variable, value, line) => {
  expect(() => localEnvironment({ [variable]: value })).toThrow(line);
});

test('a token is for a known client, of an issuer that runs', async () => {
  const unknown = await run('token.ts nobody', {}).ended;
  expect(unknown).toMatchObject({
    code: 1,
    error: expect.stringMatching(/^No demo client is called "nobody"; .*admin\.\n$/),
  });
  const issuerPort = String(await freePort());
  const silent = await run('token.ts auditor', { ISSUER_PORT: issuerPort }).ended;
  expect(silent).toMatchObject({
    code: 1,
    error: expect.stringMatching(/^No token issuer answers at .*`npm start`.*\n$/),
  });
});

test('an execution environment has one invocation at a time', async () => {
  let environments = 0;
  const invoke = onePerInvocation(() => {
    environments += 1;
    let busy = false;
    return async () => {
      expect(busy).toBe(false);
      busy = true;
      await new Promise((resolve) => setTimeout(resolve, 5));
      busy = false;
      return environments;
    };
  });
  await invoke();
  await invoke();
  expect(environments).toBe(1);
  await Promise.all(Array.from({ length: 50 }, () => invoke()));
  expect(environments).toBe(8);
});
