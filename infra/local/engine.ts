import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { checkDatabase, DATABASE_FILES, IN_MEMORY } from './data-folder.ts';
import { javaFound, spawnJava } from './dynamodb-local.ts';
import { dynoxideBinary, indexStreamRecords, spawnDynoxide } from './dynoxide.ts';
import { adopt, EngineEnded } from './engine-process.ts';
import { freePort, HOST } from './listen.ts';
import { StartFailure } from './start-failure.ts';

/** The engines that can be started here, in the order in which they are looked for. */
export const engineKinds = ['dynoxide', 'dynamodb-local'] as const;
export type EngineKind = (typeof engineKinds)[number];

export interface EngineOptions {
  /** Where the data stays, or `:memory:`. */
  readonly dataFolder: string;
  /** Any free port when absent. */
  readonly port?: number;
  /** This engine and no other; when absent, `DYNAMODB_ENDPOINT` and then the first that is installed. */
  readonly kind?: EngineKind;
}

export interface Engine {
  readonly endpoint: string;
  /** `external`: somebody else's, named by `DYNAMODB_ENDPOINT`. */
  readonly kind: EngineKind | 'external';
  stop(): Promise<void>;
}

/** Another process may take a free port between its choice and its use. */
const ATTEMPTS = 3;

export const isInstalled = async (kind: EngineKind): Promise<boolean> =>
  kind === 'dynoxide' ? dynoxideBinary() !== undefined : await javaFound();

/** @throws StartFailure when no engine is installed, or when its data are damaged */
export async function startEngine({ dataFolder, port, kind }: EngineOptions): Promise<Engine> {
  const endpoint = process.env.DYNAMODB_ENDPOINT;
  if (kind === undefined && endpoint !== undefined && endpoint !== '') {
    return { endpoint, kind: 'external', stop: async () => undefined };
  }
  const chosen = kind ?? (await firstInstalled());
  const folder = dataFolder === IN_MEMORY ? IN_MEMORY : resolve(dataFolder);
  if (folder !== IN_MEMORY) {
    mkdirSync(folder, { recursive: true });
    checkDatabase(folder, DATABASE_FILES[chosen]);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run(chosen, folder, port ?? (await freePort()));
    } catch (error) {
      if (!(error instanceof EngineEnded)) throw error;
      const taken = /address.*in use/i.test(error.complaint);
      if (taken && port === undefined && attempt < ATTEMPTS) continue;
      throw new StartFailure(`The database engine ${chosen} did not start: ${error.complaint.split('\n').at(-1)}`);
    }
  }
}

async function firstInstalled(): Promise<EngineKind> {
  for (const kind of engineKinds) if (await isInstalled(kind)) return kind;
  throw new StartFailure(
    'No DynamoDB engine was found: on Linux x64 run `npm ci` with optional dependencies, elsewhere install Java 17, ' +
      'or set DYNAMODB_ENDPOINT to an engine that is running.',
  );
}

async function run(kind: EngineKind, folder: string, port: number): Promise<Engine> {
  const { child, home, temporary } = launch(kind, folder, port);
  const stop = await adopt(child, port, temporary);
  if (kind === 'dynoxide') indexStreamRecords(home);
  return { endpoint: `http://${HOST}:${port}`, kind, stop };
}

interface Launched {
  readonly child: ChildProcess;
  readonly home: string;
  readonly temporary?: string;
}

function launch(kind: EngineKind, folder: string, port: number): Launched {
  if (kind === 'dynamodb-local') return { child: spawnJava(folder, port), home: folder };
  const binary = dynoxideBinary();
  if (binary === undefined) throw new StartFailure('The engine dynoxide is not installed: run `npm ci` on Linux x64.');
  if (folder !== IN_MEMORY) return { child: spawnDynoxide(binary, folder, port), home: folder };
  // Its own in-memory mode cannot be given the index that keeps writes fast.
  const temporary = mkdtempSync(join(tmpdir(), 'grantgate-'));
  return { child: spawnDynoxide(binary, temporary, port), home: temporary, temporary };
}
