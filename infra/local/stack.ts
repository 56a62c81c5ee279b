import { resolve } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import { isFinished } from '../../lib/intake/step.ts';
import { type BackgroundFunction, bundleFile, loadBackground, loadBundles, type Variables } from './bundles.ts';
import { AUDIENCE } from './clients.ts';
import { holdFolder } from './data-folder.ts';
import { type EngineKind, startEngine } from './engine.ts';
import { type FeedsWanted, startFeeds } from './feeds.ts';
import { startGateway } from './gateway.ts';
import { INTAKE_BUCKET, INTAKE_FLOW, startIntake } from './intake.ts';
import type { Handlers } from './invocation.ts';
import { startIssuer } from './issuer.ts';
import { type Keys, keysOf } from './keys.ts';
import { requestToken } from './request-token.ts';
import { createTables, TABLE_NAMES, type TableNames } from './tables.ts';

export interface StackOptions {
  /** 0 for any free port. */
  readonly port: number;
  readonly issuerPort: number;
  /** Absolute, or `:memory:`. */
  readonly dataFolder: string;
  readonly engine?: EngineKind;
  readonly tables?: TableNames;
  /** What the functions take for the engine, such as a proxy in front of it that injects faults. */
  readonly functionsEndpoint?: string | ((engineEndpoint: string) => Promise<string>);
  /** In place of the built bundles. */
  readonly handlers?: Handlers;
  /** What happens behind the API: nothing where it is absent. */
  readonly feeds?: FeedsWanted;
}

export interface Stack extends Keys {
  /** The API's address. */
  readonly url: string;
  readonly issuerUrl: string;
  /** The engine's address. */
  readonly endpoint: string;
  readonly registryTable: string;
  readonly checkLogTable: string;
  readonly sealsTable: string;
  /** A function that no route leads to, as it is built: to be given events of AWS's. */
  background(name: BackgroundFunction): (event: unknown) => Promise<unknown>;
  /** Where files are uploaded to. */
  readonly intakeEndpoint: string;
  /** Goes on with imports that an earlier process has left unfinished, once there is a catalogue. */
  resumeImports(): Promise<void>;
  /** An access token of a demo client, with all its scopes. */
  token(clientId: string): Promise<string>;
  stop(): Promise<void>;
}

/** No region of AWS: a client that is not told the engine's address reaches nothing. */
export const LOCAL_REGION = 'local';

/** For setting up: unlike the service's own client it waits, as a JVM's first answers take seconds. */
export const localClient = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: LOCAL_REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

const DIST = resolve(import.meta.dirname, '../../dist');

/**
 * Engine, tables, token issuer and gateway with the built bundles, as one. What was started is stopped again when
 * something else cannot be.
 * @throws StartFailure
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataFolder, tables = TABLE_NAMES } = options;
  const release = holdFolder(dataFolder);
  // Stopped in the opposite order: the gateway before what it needs.
  const started: (() => void | Promise<void>)[] = [release];
  const stop = async (): Promise<void> => {
    for (const each of started.splice(0).reverse()) await each();
  };
  try {
    const keys = await keysOf(dataFolder);
    const [endpoint, issuerUrl] = await all([startData(options, tables, started), startTokens(options, started)]);
    const functionsEndpoint = await endpointOf(options, endpoint);
    const environment = variables(keys, tables, functionsEndpoint);
    const withIntake = (intakeEndpoint: string) => ({ ...environment, INTAKE_ENDPOINT: intakeEndpoint });
    const intake = await startIntake({
      dataFolder,
      worker: bundleFile(DIST, 'intake'),
      variables: withIntake,
      isOver: (importId) => isOver(endpoint, tables, importId),
    });
    started.push(intake.stop);
    if (options.feeds) started.push(await startBehind(options.feeds, { endpoint, tables, dataFolder, environment }));
    const handlers = options.handlers ?? loadBundles(DIST, withIntake(intake.endpoint));
    const gateway = await startGateway({ port: options.port, issuerUrl, audience: AUDIENCE, handlers });
    started.push(gateway.stop);
    return {
      ...keys,
      url: gateway.url,
      issuerUrl,
      endpoint,
      registryTable: tables.registry,
      checkLogTable: tables.checkLog,
      sealsTable: tables.seals,
      background: (name) => loadBackground(DIST, name, environment),
      intakeEndpoint: intake.endpoint,
      resumeImports: intake.resume,
      token: (clientId) => requestToken(issuerUrl, clientId),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Started = (() => void | Promise<void>)[];

async function startData({ dataFolder, engine: kind }: StackOptions, tables: TableNames, started: Started) {
  const engine = await startEngine({ dataFolder, ...(kind !== undefined && { kind }) });
  started.push(engine.stop);
  const client = localClient(engine.endpoint);
  await createTables(client, tables);
  client.destroy();
  return engine.endpoint;
}

/** Whether nothing can happen to an import any more. */
async function isOver(endpoint: string, { registry }: TableNames, importId: string): Promise<boolean> {
  const client = localClient(endpoint);
  try {
    const found = await new DynamoImportStore(client, registry).read(importId);
    return found === undefined || isFinished(found);
  } finally {
    client.destroy();
  }
}

interface Behind {
  readonly endpoint: string;
  readonly tables: TableNames;
  readonly dataFolder: string;
  readonly environment: Variables;
}

async function startBehind(wanted: FeedsWanted, { environment, ...behind }: Behind): Promise<() => Promise<void>> {
  const client = localClient(behind.endpoint);
  const stop = await startFeeds({ ...wanted, ...behind, client, distFolder: DIST, variables: environment });
  return async () => {
    await stop();
    client.destroy();
  };
}

async function startTokens({ issuerPort, dataFolder }: StackOptions, started: Started): Promise<string> {
  const issuer = await startIssuer({ port: issuerPort, dataFolder });
  started.push(issuer.stop);
  return issuer.url;
}

/** Waits for both, so that a failure of one leaves nothing of the other that is started later. */
async function all<A, B>(promises: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(promises);
  return await Promise.all(promises);
}

async function endpointOf({ functionsEndpoint }: StackOptions, endpoint: string): Promise<string> {
  return typeof functionsEndpoint === 'function' ? await functionsEndpoint(endpoint) : (functionsEndpoint ?? endpoint);
}

const variables = (
  { personKeyring, recordKey, signingKeys }: Keys,
  { registry, checkLog, seals }: TableNames,
  endpoint: string,
) => ({
  AWS_REGION: LOCAL_REGION,
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  REGISTRY_TABLE: registry,
  CHECK_LOG_TABLE: checkLog,
  SEALS_TABLE: seals,
  PERSON_KEYRING: personKeyring,
  RECORD_KEY: recordKey,
  SIGNING_KEYS: signingKeys,
  INTAKE_BUCKET,
  INTAKE_FLOW,
  DYNAMODB_ENDPOINT: endpoint,
});
