import { createReadStream, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { refreshed } from '../../lib/catalogue/change.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoSourceIndex } from '../../lib/dynamo/source-index.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { FileFault } from '../../lib/intake/file-fault.ts';
import { type ImportReport, importList } from '../../lib/intake/import-list.ts';
import type { Profile } from '../../lib/intake/profile.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { progressOn } from '../../lib/intake/progress.ts';
import { quarantineCsv, quarantineLines } from '../../lib/intake/quarantine.ts';
import { summaryLines } from '../../lib/intake/summary.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import type { Signature } from '../../lib/listing/event.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { DEMO_CLIENTS } from './clients.ts';
import { holdFolder, IN_MEMORY } from './data-folder.ts';
import { startEngine } from './engine.ts';
import { localEnvironment } from './environment.ts';
import { keysOf } from './keys.ts';
import { whatRuns } from './running.ts';
import { loadSample } from './sample.ts';
import { StartFailure } from './start-failure.ts';
import { createTables, TABLE_NAMES } from './tables.ts';

const USAGE = 'npm run import -- <file> --profile <name> [--source <id>] [--dry-run]';
const QUARANTINE_FOLDER = 'quarantine';

interface Order {
  readonly file: string;
  readonly profile: Profile;
  readonly source: string | undefined;
  readonly dryRun: boolean;
}

interface Registry {
  readonly endpoint: string;
  readonly registryTable: string;
  stop(): Promise<void>;
}

/** `npm run import`: brings a list file into the local Registry, the one of a running `npm start` or its data folder. */
async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const { dataFolder } = localEnvironment(process.env);
  const registry = await registryOn(dataFolder);
  const client = clientOf(registry.endpoint);
  try {
    const report = await bringIn(order, client, registry.registryTable, (await keysOf(dataFolder)).personKeyring);
    console.log(summaryLines(report, order.dryRun).join('\n'));
    tellQuarantine(report, order, dataFolder);
    if (report.quarantined.length === report.read)
      throw new StartFailure(
        '没有一行可以入库，来源的时间未更新。No row could be taken in: the source stays as fresh as it was.',
      );
  } finally {
    client.destroy();
    await registry.stop();
  }
}

async function bringIn(
  order: Order,
  client: DynamoDBClient,
  table: string,
  personKeyring: string,
): Promise<ImportReport> {
  const heads = new DynamoHeadStore(client, table);
  const report = await importList(
    {
      ...order,
      bytes: createReadStream(order.file),
      catalogue: await heads.current(),
      ring: parseKeyring(personKeyring),
      clock: systemClock,
      sign,
      // On stderr: the summary alone is output.
      onProgress: progressOn(process.stderr, () => performance.now()),
    },
    { store: new DynamoStandingStore(client, table), index: new DynamoSourceIndex(client, table) },
  );
  if (!order.dryRun && report.quarantined.length < report.read)
    await heads.change((before) => refreshed(before, report.source, report.takenInAt));
  return report;
}

function readOrder(argv: readonly string[]): Order {
  const known = [...PROFILES.keys()].join(', ');
  let parsed: { values: { profile?: string; source?: string; 'dry-run'?: boolean }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { profile: { type: 'string' }, source: { type: 'string' }, 'dry-run': { type: 'boolean' } },
    });
  } catch (error) {
    throw new StartFailure(`${error instanceof Error ? error.message : ''} 用法 Usage: ${USAGE}`);
  }
  const { values, positionals } = parsed;
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new StartFailure(`用法 Usage: ${USAGE}`);
  const profile = PROFILES.get(values.profile ?? '');
  if (!profile)
    throw new StartFailure(
      `${values.profile === undefined ? '缺少 --profile' : `没有模板 ${values.profile}`}。Known profiles: ${known}.`,
    );
  if (!existsSync(file) || !statSync(file).isFile()) throw new StartFailure(`没有这个文件。There is no file ${file}.`);
  return { file, profile, source: values.source, dryRun: values['dry-run'] ?? false };
}

/** The engine of the stack that holds the data folder, or one of our own. */
async function registryOn(dataFolder: string): Promise<Registry> {
  if (dataFolder === IN_MEMORY)
    throw new StartFailure(
      `GRANTGATE_DATA=${IN_MEMORY} 不留存数据。Nothing would be kept: set GRANTGATE_DATA to a folder.`,
    );
  let release: () => void;
  try {
    release = holdFolder(dataFolder);
  } catch (error) {
    const running = whatRuns(dataFolder);
    if (!running) throw error;
    return { ...running, stop: async () => undefined };
  }
  return await start(dataFolder, release);
}

/** With the sample catalogue where there is none yet. */
async function start(dataFolder: string, release: () => void): Promise<Registry> {
  const { personKeyring } = await keysOf(dataFolder);
  const engine = await startEngine({ dataFolder });
  const stop = async () => {
    await engine.stop();
    release();
  };
  const client = clientOf(engine.endpoint);
  try {
    await createTables(client);
    const tables = { registryTable: TABLE_NAMES.registry, checkLogTable: TABLE_NAMES.checkLog };
    if ((await new DynamoHeadStore(client, tables.registryTable).read()) === undefined)
      await loadSample({ ...tables, endpoint: engine.endpoint, personKeyring, now: new Date() });
    return { endpoint: engine.endpoint, registryTable: tables.registryTable, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
}

/** Without the deadlines of a check: a transaction of 100 items may take longer than a caller would wait. */
const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region: 'local', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } });

/** D5: the demo administrator proposes, and the demo approver signs where black listings start or end. */
function sign(needsApproval: boolean): Signature {
  const personOf = (id: string) => DEMO_CLIENTS.find((client) => client.id === id)?.person ?? id;
  return {
    actor: 'npm-run-import',
    person: personOf('admin'),
    ...(needsApproval && { approvedBy: personOf('approver') }),
  };
}

/** Writes the quarantine file, or removes that of an earlier run of the same file. A dry run only tells. */
function tellQuarantine({ quarantined }: ImportReport, { file, dryRun }: Order, dataFolder: string): void {
  const path = join(dataFolder, QUARANTINE_FOLDER, `${basename(file)}.quarantine.csv`);
  if (dryRun) {
    for (const line of quarantineLines(quarantined)) console.log(line);
  } else if (quarantined.length === 0) {
    rmSync(path, { force: true });
  } else {
    mkdirSync(join(dataFolder, QUARANTINE_FOLDER), { recursive: true });
    writeFileSync(path, quarantineCsv(quarantined));
    console.log(`  隔离文件  quarantine file: ${path}`);
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof FileFault) console.error(`${error.detail.zh}。${error.detail.en}.`);
  else if (error instanceof StartFailure) console.error(error.message);
  else if (error instanceof Error && '$metadata' in error)
    console.error(`导入中断，再次运行同一命令即可继续。Interrupted (${error.name}): the same command again goes on.`);
  else throw error;
  process.exitCode = 1;
}
