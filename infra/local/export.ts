import { createWriteStream, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { EXPORT_TYPES, type ExportFormat } from '../../lib/check-log/export.ts';
import { localEnvironment } from './environment.ts';
import { helped } from './help.ts';
import { HOST } from './listen.ts';
import { problemText } from './problem-text.ts';
import { requestToken } from './request-token.ts';
import { StartFailure } from './start-failure.ts';

const FILTERS = ['caller', 'matter', 'scene', 'outcome', 'listing', 'operator', 'from', 'to', 'purpose'] as const;
const USAGE =
  'npm run export -- <file> [--format csv|jsonl] [--as auditor] [--query <search.json>] ' +
  `${FILTERS.map((name) => `[--${name} …]`).join(' ')}`;
const HELP = `用法 Usage: ${USAGE}

  把一次检索的全部结果逐页经 API 写入文件；写完才有该文件，中途失败不留残片。
  Writes the whole of a search into a file, page by page through the API. The file is whole, or not there.

  --format <csv|jsonl>  格式，默认 csv（Excel 可直接打开） csv opens rightly in Excel; the default
  --as <client>         以哪个演示客户端身份 as which demo client (auditor)
  --query <file>        检索条件 JSON，同 POST /v1/checks/search；按自然人检索只能用它
                        the search as JSON, as for POST /v1/checks/search; the only way to search for a person
  --caller, --matter, --scene, --outcome, --listing, --operator, --from, --to
                        检索条件，含义同 GET /v1/checks  filters, as for GET /v1/checks
  --purpose <text>      查询用途，记入查询留痕 goes on record with the look

  须先运行 npm start；PORT、ISSUER_PORT 与启动时一致。Needs a running npm start, with PORT and ISSUER_PORT as they were.`;
const LINES_A_PAGE = 2_000;
const SECOND = 1_000;
const INTERRUPTED = 130;

interface Order {
  readonly file: string;
  readonly format: ExportFormat;
  readonly client: string;
  readonly query: Readonly<Record<string, unknown>>;
}

const Query = z.record(z.string(), z.unknown());

/** `npm run export`: the whole of a search, page by page through the API into a file; at no time more than a page is held. */
async function main(): Promise<void> {
  const order = readOrder(process.argv.slice(2));
  const { port, issuerPort } = localEnvironment(process.env);
  const token = await requestToken(`http://${HOST}:${issuerPort}`, order.client);
  // A file of that name is whole, or not there.
  mkdirSync(dirname(order.file), { recursive: true });
  const partial = `${order.file}.part`;
  process.once('exit', () => rmSync(partial, { force: true }));
  process.once('SIGINT', () => process.exit(INTERRUPTED));
  await pipeline(pages(`http://${HOST}:${port}/v1/checks/export`, token, order), createWriteStream(partial));
  await rename(partial, order.file);
  console.log(order.file);
}

async function* pages(url: string, token: string, { format, query }: Order): AsyncGenerator<Buffer> {
  const started = Date.now();
  let lines = 0;
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const ask = (language: 'zh' | 'en') =>
      fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, accept: EXPORT_TYPES[format], 'accept-language': language },
        body: JSON.stringify({ ...query, limit: LINES_A_PAGE, ...(cursor !== undefined && { cursor }) }),
      }).catch(() => undefined);
    const response = await ask('zh');
    if (!response) throw new StartFailure(`No API answers at ${url}: run \`npm start\`, or set PORT as it was.`);
    if (!response.ok) {
      // A refusal changes nothing: asked again, it is said in the other language, a line for each.
      const other = await ask('en');
      const said = await Promise.all([response, ...(other ? [other] : [])].map((each) => problemText(each)));
      throw new StartFailure([...new Set(said)].join('\n'));
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
    throw new StartFailure(`用法 Usage: ${USAGE}`);
  }
}

try {
  if (!helped(process.argv.slice(2), HELP)) await main();
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
