import { rm } from 'node:fs/promises';
import { dynoxideBinary } from '../../infra/local/dynoxide.ts';
import { type Engine, startEngine } from '../../infra/local/engine.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { StartFailure } from '../../infra/local/start-failure.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { tie } from '../tied.ts';
import { importItems } from './engine-import.ts';
import { registryItems } from './export-files.ts';
import { CALLER, REGISTRATION_NO } from './questions.ts';
import { SPECIAL, subjectsFor } from './subjects.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { PERSON_KEYRING, REGION } from './variables.ts';

/** Checks per second that no measurement reaches: the quota is not what is measured. */
const NO_QUOTA = 1_000_000;
const SIGNED = { actor: 'bench', approvedBy: 'bench' };

/** An engine of its own with both tables, the sample catalogue and so many listings. */
export interface LoadedRegistry {
  readonly listings: number;
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** @throws StartFailure where dynoxide is not installed: only its capacity figures are those of DynamoDB */
export async function loadRegistry(listings: number, progress: (line: string) => void): Promise<LoadedRegistry> {
  const binary = dynoxideBinary();
  if (binary === undefined) throw new StartFailure('The benchmarks need dynoxide: run `npm ci` on Linux x64.');
  const folder = temporaryFolder('grantgate-bench-');
  const remove = () => rm(folder, { recursive: true, force: true });
  let engine: Engine | undefined;
  try {
    const started = performance.now();
    const subjects = [...Object.values(SPECIAL), ...subjectsFor(listings)];
    const items = await importItems(binary, folder, TABLE_NAMES.registry, registryItems(subjects));
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    progress(`${listings.toLocaleString('en')} listings loaded: ${items.toLocaleString('en')} items in ${seconds} s`);
    engine = await startEngine({ dataFolder: folder, kind: 'dynoxide' });
    await complete(engine.endpoint);
    const { endpoint, stop } = engine;
    return { listings, endpoint, stop: () => stop().then(remove) };
  } catch (error) {
    await engine?.stop();
    await remove();
    throw error;
  }
}

/** What an import does not bring: the log, the catalogue, the caller, one registration number. */
export async function complete(endpoint: string): Promise<void> {
  const client = dynamoClient({ endpoint, region: REGION });
  const { registry: registryTable, checkLog: checkLogTable } = TABLE_NAMES;
  try {
    await createTables(client);
    await loadSample({ endpoint, registryTable, checkLogTable, personKeyring: PERSON_KEYRING, now: new Date() });
    await new DynamoCallerStore(client, registryTable).write(
      {
        id: CALLER,
        name: '基准测试系统',
        organisation: '样例省公共资源交易中心',
        scenes: ['government-procurement'],
        state: 'active',
        quota: { perSecond: NO_QUOTA, burst: NO_QUOTA },
        appliedBy: SIGNED.actor,
        approvedBy: SIGNED.approvedBy,
      },
      undefined,
    );
    await tie(
      new DynamoAliasStore(client, registryTable),
      { scheme: 'registration-no', value: REGISTRATION_NO },
      organisationKey(SPECIAL.one.code9),
    );
  } finally {
    client.destroy();
  }
}
