import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import type { FunctionName } from '../../lib/edge/routes.ts';
import { onePerInvocation } from './execution-environment.ts';
import type { Handler, Handlers } from './invocation.ts';
import { StartFailure } from './start-failure.ts';

/** The environment variables of every function. */
export type Variables = Readonly<Record<string, string>>;

const Bundle = z.object({ handler: z.custom<Handler>((value) => typeof value === 'function') });

/**
 * The handlers of all functions that answer a route, from the bundles in `dist/<name>/index.js`.
 * @throws StartFailure when a bundle is missing
 */
export function loadBundles(distFolder: string, variables: Variables): Handlers {
  const load = (name: FunctionName) => {
    const start = loaded(distFolder, name, variables);
    return onePerInvocation((): Handler => Bundle.parse(start()).handler);
  };
  return {
    check: load('check'),
    review: load('review'),
    looks: load('looks'),
    proof: load('proof'),
    determination: load('determination'),
    catalogue: load('catalogue'),
    callers: load('callers'),
    aliases: load('aliases'),
    publications: load('publications'),
    standings: load('standings'),
    grants: load('grants'),
    reconciliation: load('reconciliation'),
    listings: load('listings'),
    registers: load('registers'),
    feedback: load('feedback'),
    alerts: load('alerts'),
    violations: load('violations'),
    receipt: load('receipt'),
    replay: load('replay'),
    keys: load('keys'),
    retention: load('retention'),
    imports: load('imports'),
    statistics: load('statistics'),
    openapi: load('openapi'),
  };
}

/** The functions that no route leads to. */
export type BackgroundFunction =
  | 'meter'
  | 'outgoing'
  | 'alerter'
  | 'expiry'
  | 'sweeper'
  | 'tallier'
  | 'witness'
  | 'sealer';

const BackgroundBundle = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});

/**
 * The handler of a function that is given events of AWS's, from its bundle.
 * @throws StartFailure when the bundle is missing
 */
export function loadBackground(
  distFolder: string,
  name: BackgroundFunction,
  variables: Variables,
): (event: unknown) => Promise<unknown> {
  return BackgroundBundle.parse(loaded(distFolder, name, variables)()).handler;
}

/**
 * Where a bundle is.
 * @throws StartFailure when it is missing
 */
export function bundleFile(distFolder: string, name: string): string {
  const file = join(distFolder, name, 'index.js');
  if (!existsSync(file)) throw new StartFailure(`The bundle ${file} is missing: run \`npm run build\`.`);
  return file;
}

/** A function that starts the bundle afresh, as Lambda starts an execution environment. */
function loaded(distFolder: string, name: string, variables: Variables): () => unknown {
  const file = bundleFile(distFolder, name);
  const require = createRequire(file);
  return () => {
    delete require.cache[file];
    return withVariables({ AWS_LAMBDA_FUNCTION_NAME: name, ...variables }, () => require(file));
  };
}

/**
 * A bundle reads its environment while it is loaded, and never later. Left in this process, the variables would outlive
 * the stack and reach the next one in the same test process.
 */
function withVariables<T>(variables: Variables, load: () => T): T {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  try {
    return load();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}
