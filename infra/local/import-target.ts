import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { IN_MEMORY } from './data-folder.ts';
import { localEnvironment } from './environment.ts';
import { ImportApi } from './import-api.ts';
import { HOST } from './listen.ts';
import { requestToken } from './request-token.ts';
import { whatRuns } from './running.ts';
import { loadSample } from './sample.ts';
import { localClient, startStack } from './stack.ts';

/** An API to bring a file into, and how to leave it. */
export interface Target {
  readonly api: ImportApi;
  /** Whether the demo approver may sign (D5); elsewhere that is a person's business. */
  readonly demo: boolean;
  stop(): Promise<void>;
}

/**
 * The deployment that the environment names, else the stack that runs on the data folder, else one of our own on it.
 * @throws StartFailure
 */
export async function targetOf(
  variables: Readonly<Record<string, string | undefined>>,
  dataFolder: string,
): Promise<Target> {
  const { GRANTGATE_URL: url, GRANTGATE_TOKEN: token, GRANTGATE_APPROVER_TOKEN: approver } = variables;
  if (url !== undefined && token !== undefined) {
    const tokens = { admin: token, approver };
    const api = new ImportApi(url, (client) => Promise.resolve(tokens[client]));
    return { api, demo: false, stop: () => Promise.resolve() };
  }
  // A start in memory leaves no word of itself: it is where its ports say.
  if (dataFolder === IN_MEMORY) {
    const { port, issuerPort } = localEnvironment(variables);
    const at = (where: number) => `http://${HOST}:${where}`;
    return { api: demoApi(url ?? at(port), at(issuerPort)), demo: true, stop: () => Promise.resolve() };
  }
  const running = whatRuns(dataFolder);
  if (running)
    return { api: demoApi(url ?? running.url, running.issuerUrl), demo: true, stop: () => Promise.resolve() };
  return await ownStack(dataFolder);
}

/** With the sample catalogue where there is none yet. What an earlier command has left unfinished goes on first. */
async function ownStack(dataFolder: string): Promise<Target> {
  const silent = console.log;
  // The functions' log lines are not this command's output.
  console.log = () => undefined;
  const stack = await startStack({ port: 0, issuerPort: 0, dataFolder });
  const stop = async () => {
    await stack.stop();
    console.log = silent;
  };
  const client = localClient(stack.endpoint);
  try {
    const head = await new DynamoHeadStore(client, stack.registryTable).read();
    if (head === undefined) await loadSample({ ...stack, now: new Date() });
    await stack.resumeImports();
    return { api: demoApi(stack.url, stack.issuerUrl), demo: true, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    client.destroy();
  }
}

function demoApi(url: string, issuerUrl: string): ImportApi {
  const tokens = new Map<string, Promise<string>>();
  return new ImportApi(url, (client) => {
    const token = tokens.get(client) ?? requestToken(issuerUrl, client);
    tokens.set(client, token);
    return token;
  });
}
