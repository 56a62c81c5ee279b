import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleFunction } from '../../infra/build.ts';
import { CALLER } from './questions.ts';
import { variables } from './variables.ts';

const Exports = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});
const Reply = z.object({ statusCode: z.int(), body: z.string(), headers: z.record(z.string(), z.string()) });
export type LogFunction = (event: unknown) => Promise<z.infer<typeof Reply>>;

/** A function's bundle, made in this folder and started on this engine, its log lines not printed. */
export async function logFunction(name: string, folder: string, endpoint: string): Promise<LogFunction> {
  const bundle = join(folder, name);
  await bundleFunction(name, bundle);
  // A bundle reads its environment while it is loaded, and never later.
  Object.assign(process.env, variables(endpoint));
  const file = join(bundle, 'index.js');
  const { handler } = Exports.parse(createRequire(file)(file));
  return async (event) => {
    const { log } = console;
    console.log = () => undefined;
    try {
      return Reply.parse(await handler(event));
    } finally {
      console.log = log;
    }
  };
}

/** A request of the caller whose log it is, or of an auditor. */
export const requestOf = (
  routeKey: string,
  query: Readonly<Record<string, string>>,
  { body, scope = 'grantgate/read' }: { readonly body?: unknown; readonly scope?: string } = {},
) => ({
  rawQueryString: new URLSearchParams(query).toString(),
  headers: { accept: 'application/x-ndjson' },
  requestContext: {
    requestId: 'bench',
    routeKey,
    authorizer: { jwt: { claims: { sub: CALLER, client_id: CALLER, scope } } },
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
});
