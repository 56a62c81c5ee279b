import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { localEnvironment } from './environment.ts';
import { eventsTo } from './events-file.ts';
import { helped } from './help.ts';
import { EXAMPLES, linesToCopy } from './lines-to-copy.ts';
import { announce } from './running.ts';
import { loadSample } from './sample.ts';
import { everyHour } from './schedule.ts';
import { LOCAL_PACE } from './sealing.ts';
import { type Stack, startStack } from './stack.ts';
import { StartFailure } from './start-failure.ts';

/** `npm start`; `npm start -- --built` takes the bundles of an earlier build. */
const BUILT = '--built';
const HELP = `用法 Usage: npm start [-- --built]

  构建并在本机启动：内嵌 DynamoDB、令牌签发、API 与全部函数，载入样例目录、调用单位和名单。Ctrl-C 全部停止。
  Builds and starts on this machine: the embedded DynamoDB, the token issuer, the API with all functions, and the sample
  catalogue, callers and lists. Ctrl-C stops it all.

  --built         用上一次构建的函数 takes the functions of an earlier build

  PORT            API 端口 port of the API (3000)
  ISSUER_PORT     令牌签发端口 port of the token issuer (3001)
  GRANTGATE_DATA  数据文件夹；:memory: 不留存 data folder (.local); :memory: keeps nothing
  DYNAMODB_ENDPOINT  改用已在运行的 DynamoDB an engine that is running already, instead of the embedded one`;

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
  if (!process.argv.includes(BUILT)) await build();
  stack = await startStack({
    port,
    issuerPort,
    dataFolder,
    feeds: { receive: eventsTo(dataFolder), meter: true, alerts: true, seal: LOCAL_PACE },
  });
  const { url, issuerUrl, endpoint, checkLogTable } = stack;
  await loadSample({ ...stack, now: new Date() });
  await stack.resumeImports();
  if (stopping) return;
  const expiry = stack.background('expiry');
  const sweeper = stack.background('sweeper');
  const tallier = stack.background('tallier');
  unschedule = everyHour(async () => {
    await expiry({});
    await sweeper({});
    await tallier({});
  });
  takeBack = announce(dataFolder, { url, issuerUrl, endpoint, checkLogTable, pid: process.pid });
  console.log(`\nGrantgate is ready at ${url}`);
  console.log(linesToCopy(url, issuerUrl, EXAMPLES));
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
try {
  const argv = process.argv.slice(2);
  if (argv.some((each) => each !== BUILT && each !== '--help')) throw new StartFailure(HELP);
  if (!helped(argv, HELP)) await start();
} catch (error) {
  // A stop in the midst of the start makes the rest of it fail.
  if (!stopping) {
    await stack?.stop();
    console.error(error instanceof StartFailure ? error.message : error);
    process.exit(1);
  }
}
