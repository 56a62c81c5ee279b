import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { decodeText } from '../../lib/intake/decode.ts';
import { detectEncoding } from '../../lib/intake/encoding.ts';
import { localEnvironment } from './environment.ts';
import { helped } from './help.ts';
import { HOST } from './listen.ts';
import { requestToken } from './request-token.ts';
import { StartFailure } from './start-failure.ts';

/** Lines in one request: well below what the API takes at once. */
const PART = 2_000;
/** How often a part is sent that the service cannot take for the moment. */
const ATTEMPTS = 5;
const SECOND_MS = 1_000;
const CLIENT = 'auditor';
/** By so many of its first bytes the encoding of a CSV is told. */
const HEAD_BYTES = 64 * 1024;

const USAGE = '用法 Usage: npm run reconcile -- <file.csv or file.jsonl>';
const HELP = `${USAGE} [--help]

  以审计员身份，把实际授予清单与核查日志逐行比对：未核查即授予、否决后授予、先授予后核查、核查对象不符。
  As the auditor, holds a list of what was granted against the log: granted without a check, after a veto, before its
  check, on another subject's check.

  <file>  CSV（首行为列名，单元格内不换行；UTF-8、GB18030 或 UTF-16）或 JSON Lines（UTF-8），长短不限，分批送核
          CSV (a header line; no cell over several lines; UTF-8, GB18030 or UTF-16) or JSON Lines (UTF-8) of any length,
          sent in parts

  逐行打印有问题的行及其类别，最后打印各类合计。须先运行 npm start；PORT、ISSUER_PORT 与启动时一致。
  Prints each line that is not fine with what is wrong, then the counts of all. Needs a running npm start, with PORT
  and ISSUER_PORT as they were.`;

const Report = z.object({
  lines: z.int(),
  counts: z.record(z.string(), z.int()),
  findings: z.array(z.object({ line: z.int(), kind: z.string() })),
  broken: z.array(z.object({ line: z.int(), errors: z.array(z.object({ code: z.string() })) })),
});

/**
 * `npm run reconcile -- <file>`: a list of grants of any length, as CSV (no cell over several lines) or JSON Lines, in
 * parts. Prints each line that is not fine, and the counts of all.
 */
async function reconcile(file: string | undefined): Promise<void> {
  if (file === undefined || file.startsWith('--')) throw new StartFailure(USAGE);
  const { port, issuerPort } = localEnvironment(process.env);
  const token = await requestToken(`http://${HOST}:${issuerPort}`, CLIENT);
  const csv = file.endsWith('.csv');
  const totals = new Map<string, number>();
  for await (const { before, header, body } of parts(file, csv)) {
    const report = await send(`http://${HOST}:${port}`, token, csv ? 'text/csv' : 'application/x-ndjson', body);
    // A part begins again at line 1, its header included.
    const lineOf = (line: number): number => before + line - (header && before > 0 ? 1 : 0);
    for (const { line, kind } of report.findings) console.log(`${lineOf(line)}\t${kind}`);
    for (const { line, errors } of report.broken)
      console.log(`${lineOf(line)}\tbroken\t${errors.map(({ code }) => code).join(',')}`);
    for (const [kind, count] of Object.entries(report.counts)) totals.set(kind, (totals.get(kind) ?? 0) + count);
  }
  console.table(Object.fromEntries(totals));
}

/** The file in parts, `before` being the lines before each; a CSV's header goes before every part. */
async function* parts(file: string, csv: boolean) {
  // What is not UTF-8 in a JSON Lines file the API tells by the line: its bytes go as they are.
  const encoding = csv ? 'utf8' : 'latin1';
  const part = () => ({ before, header: csv, body: Buffer.from(header + lines.join('\n'), encoding) });
  let header = '';
  let lines: string[] = [];
  let before = 0;
  let read = 0;
  for await (const line of linesOf(csv ? await textOf(file) : createReadStream(file, encoding))) {
    read += 1;
    if (csv && header === '') header = `${line}\n`;
    else lines.push(line);
    if (lines.length < PART) continue;
    yield part();
    lines = [];
    before = read;
  }
  if (lines.length > 0) yield part();
}

/** In whichever of the usual encodings the file is, as the API would read it whole. */
async function textOf(file: string): Promise<AsyncIterable<string>> {
  const opened = await open(file);
  const { buffer, bytesRead } = await opened.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  await opened.close();
  return decodeText(createReadStream(file), detectEncoding(buffer.subarray(0, bytesRead)));
}

/** At line breaks alone: a cell may hold what else ends a line elsewhere, such as U+2028. */
async function* linesOf(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const text of texts) {
    // A carriage return at the end may have its line feed in the next piece.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function send(
  url: string,
  token: string,
  type: string,
  body: Buffer<ArrayBuffer>,
): Promise<z.infer<typeof Report>> {
  const ask = () =>
    fetch(`${url}/v1/reconciliations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': type, 'accept-language': 'en' },
      body,
    }).catch(() => undefined);
  let response = await ask();
  // A part that could not be held against the log for the moment is sent again: what it finds twice counts once.
  for (let left = ATTEMPTS; response && response.status >= 500 && left > 1; left -= 1) {
    await setTimeout(SECOND_MS * Number(response.headers.get('retry-after') ?? 1));
    response = await ask();
  }
  if (!response) throw new StartFailure(`Nothing answers at ${url}: run \`npm start\`, or set PORT as it was.`);
  const answer: unknown = await response.json();
  if (response.status !== 200)
    throw new StartFailure(`The list was refused (${response.status}): ${JSON.stringify(answer)}`);
  return Report.parse(answer);
}

try {
  const argv = process.argv.slice(2);
  if (!helped(argv, HELP)) await reconcile(argv[0]);
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
