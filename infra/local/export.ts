import { createWriteStream, readFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { EXPORT_TYPES, type ExportFormat } from '../../lib/check-log/export.ts';
import { localEnvironment } from './environment.ts';
import { HOST } from './listen.ts';
import { requestToken } from './request-token.ts';
import { StartFailure } from './start-failure.ts';

const FILTERS = ['caller', 'matter', 'scene', 'outcome', 'listing', 'operator', 'from', 'to', 'purpose'] as const;
const USAGE =
  'npm run export -- <file> [--format csv|jsonl] [--as auditor] [--query <search.json>] ' +
  `${FILTERS.map((name) => `[--${name} …]`).join(' ')}`;
const LINES_A_PAGE = 2_000;
const SECOND = 1_000;

interface Order {
  readonly file: string;
  readonly format: ExportFormat;
  readonly client: string;
  readonly query: Readonly<Record<string, unknown>>;
}

const Query = z.record(z.string(), z.unknown());
const Refusal = z.object({ detail: z.string() });

/** `npm run export`: the whole of a search, page by page through the API into a file; at no time more than a page is held. */
async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const { port, issuerPort } = localEnvironment(process.env);
  const token = await requestToken(`http://${HOST}:${issuerPort}`, order.client);
  // A file of that name is whole, or not there.
  const partial = `${order.file}.part`;
  await pipeline(pages(`http://${HOST}:${port}/v1/checks/export`, token, order), createWriteStream(partial));
  await rename(partial, order.file);
  console.log(order.file);
}

async function* pages(url: string, token: string, { format, query }: Order): AsyncGenerator<Buffer> {
  const started = Date.now();
  let lines = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, accept: EXPORT_TYPES[format] },
      body: JSON.stringify({ ...query, limit: LINES_A_PAGE, ...(cursor !== undefined && { cursor }) }),
    }).catch(() => undefined);
    if (!response) throw new StartFailure(`No API answers at ${url}: run \`npm start\`, or set PORT as it was.`);
    if (!response.ok) {
      const said = Refusal.safeParse(await response.json().catch(() => undefined));
      throw new StartFailure(`${response.status}: ${said.data?.detail ?? 'the API refused'}`);
    }
    const page = Buffer.from(await response.arrayBuffer());
    yield page;
    lines += page.reduce((sum, byte) => sum + (byte === LINE_FEED ? 1 : 0), 0);
    const rate = Math.round((lines * SECOND) / Math.max(1, Date.now() - started));
    process.stderr.write(
      `${process.stderr.isTTY ? '\r' : ''}${lines} 行 lines, ${rate}/s${process.stderr.isTTY ? '' : '\n'}`,
    );
    cursor = response.headers.get('grantgate-next');
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
}

const LINE_FEED = 0x0a;

/** @throws StartFailure that says how the command is used */
function readOrder(argv: readonly string[]): Order {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...Object.fromEntries(FILTERS.map((name) => [name, { type: 'string' as const }])),
        format: { type: 'string', default: 'csv' },
        as: { type: 'string', default: 'auditor' },
        query: { type: 'string' },
      },
    });
    const [file, ...more] = positionals;
    const { format, as: client, query, ...filters } = values;
    if (file === undefined || more.length > 0 || (format !== 'csv' && format !== 'jsonl')) throw new Error();
    const given = query === undefined ? {} : Query.parse(JSON.parse(readFileSync(String(query), 'utf8')));
    return { file, format, client: String(client), query: { ...given, ...filters } };
  } catch {
    throw new StartFailure(`Usage: ${USAGE}`);
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
