import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { localEnvironment } from './environment.ts';
import { eventsTo } from './events-file.ts';
import { EXAMPLES, linesToCopy } from './lines-to-copy.ts';
import { announce } from './running.ts';
import { loadSample } from './sample.ts';
import { everyHour } from './schedule.ts';
import { LOCAL_PACE } from './sealing.ts';
import { type Stack, startStack } from './stack.ts';
import { StartFailure } from './start-failure.ts';

/** `npm start`; `npm start -- --built` takes the bundles of an earlier build. */
const ROOT = resolve(import.meta.dirname, '../..');

let building: ChildProcess | undefined;
let stack: Stack | undefined;
let takeBack: (() => void) | undefined;
let unschedule: (() => void) | undefined;
let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  takeBack?.();
  unschedule?.();
  building?.kill();
  await stack?.stop();
  // In the midst of the start there is no stack yet: what it has started ends with this process.
  process.exit(0);
}

async function build(): Promise<void> {
  building = spawn(process.execPath, ['infra/build.ts'], { cwd: ROOT, stdio: 'inherit' });
  const [status] = await once(building, 'exit');
  if (status !== 0) throw new StartFailure('The bundles could not be built: see above.');
}

async function start(): Promise<void> {
  const { port, issuerPort, dataFolder } = localEnvironment(process.env);
  if (!process.argv.includes('--built')) await build();
  stack = await startStack({
    port,
    issuerPort,
    dataFolder,
    feeds: { receive: eventsTo(dataFolder), meter: true, alerts: true, seal: LOCAL_PACE },
  });
  const { url, issuerUrl, endpoint, checkLogTable } = stack;
  await loadSample({ ...stack, now: new Date() });
  if (stopping) return;
  const expiry = stack.background('expiry');
  const sweeper = stack.background('sweeper');
  const tallier = stack.background('tallier');
  unschedule = everyHour(async () => {
    await expiry({});
    await sweeper({});
    await tallier({});
  });
  stack.resumeImports();
  takeBack = announce(dataFolder, { url, issuerUrl, endpoint, checkLogTable, pid: process.pid });
  console.log(`\nGrantgate is ready at ${url}`);
  console.log(linesToCopy(url, issuerUrl, EXAMPLES));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
try {
  await start();
} catch (error) {
  // A stop in the midst of the start makes the rest of it fail.
  if (!stopping) {
    await stack?.stop();
    console.error(error instanceof StartFailure ? error.message : error);
    process.exit(1);
  }
}
