import { createRequire } from 'node:module';
import * as z from 'zod';
import { variables } from './variables.ts';

const Exports = z.object({
  handler: z.custom<(event: unknown) => Promise<unknown>>((value) => typeof value === 'function'),
});
const Reply = z.object({ statusCode: z.int(), body: z.string(), headers: z.record(z.string(), z.string()) });

export interface Product {
  /** Event in, response out, with the answer parsed. */
  ask(event: unknown): Promise<{ status: number; answer: unknown }>;
  /** Bytes that it has logged since the last time. */
  logged(): number;
}

/** The check function's bundle on this engine, started afresh, with its log lines counted and not printed. */
export function startProduct(file: string, endpoint: string): Product {
  // A bundle reads its environment while it is loaded, and never later.
  Object.assign(process.env, variables(endpoint));
  const require = createRequire(file);
  delete require.cache[file];
  const { handler } = Exports.parse(require(file));
  let bytes = 0;
  return {
    ask: async (event) => {
      const { log } = console;
      console.log = (line: string) => {
        bytes += Buffer.byteLength(line) + 1;
      };
      try {
        const { statusCode, body } = Reply.parse(await handler(event));
        return { status: statusCode, answer: JSON.parse(body) };
      } finally {
        console.log = log;
      }
    },
    logged: () => {
      const now = bytes;
      bytes = 0;
      return now;
    },
  };
}
