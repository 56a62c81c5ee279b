import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, vi } from 'vitest';
import { announce } from '../../infra/local/running.ts';
import { loadSample } from '../../infra/local/sample.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What the demo quota would answer 429 to. */
const LARGE_QUOTA = { perSecond: 10_000, burst: 10_000 };

const GENERIC_FILE = 'list.csv';
const GENERIC_HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until';

export interface Imported {
  readonly status: number;
  readonly summary: string;
  readonly complaint: string;
}

/** The figures of the summary, by their English labels. */
export const figuresOf = ({ summary }: Imported): Record<string, number> =>
  Object.fromEntries(
    [
      ...summary.matchAll(
        /(rows read|added|changed|unchanged|merged|quarantined|in force today|out of term today) +(\d+)$/gm,
      ),
    ].map(([, label = '', figure]) => [label, Number(figure)]),
  );

/** The service as its users meet it: the gateway, its tokens, and the commands beside it. */
export interface Door {
  readonly stack: Stack;
  readonly dataFolder: string;
  send(
    client: string,
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: unknown }>;
  /** `npm run import`, in a process of its own, into the running stack. */
  runImport(...args: string[]): Promise<Imported>;
  /** The same, of our own format: a row for each of these, in the columns that `GENERIC_HEADER` names. */
  runGenericImport(source: string, rows: readonly (readonly string[])[]): Promise<Imported>;
  /** The lines that the last such import kept out. */
  keptOut(): ReadonlySet<number>;
  close(): Promise<void>;
}

/** The stack with the sample's catalogue and callers, on a data folder of its own; `busy` callers get a quota for a file. */
export async function openDoor(busy: string): Promise<Door> {
  // Every check is logged: ten thousand lines that say nothing here.
  const silenced = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const dataFolder = mkdtempSync(join(tmpdir(), 'grantgate-real-data-'));
  const stack = await startStack({ port: 0, issuerPort: 0, dataFolder });
  await loadSample({ ...stack, now: new Date() });
  const { url, issuerUrl, endpoint, checkLogTable } = stack;
  const takeBack = announce(dataFolder, { url, issuerUrl, endpoint, checkLogTable, pid: process.pid });

  const tokens = new Map<string, string>();
  const door: Door = {
    stack,
    dataFolder,
    send: async (client, method, path, body, headers) => {
      const token = tokens.get(client) ?? (await stack.token(client));
      tokens.set(client, token);
      const response = await fetch(`${stack.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    },
    runImport: (...args) => runImport(dataFolder, args),
    runGenericImport: (source, rows) => {
      const file = join(dataFolder, GENERIC_FILE);
      const lines = rows.map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','));
      writeFileSync(file, [GENERIC_HEADER, ...lines, ''].join('\n'));
      return runImport(dataFolder, [file, '--profile', 'generic', '--source', source]);
    },
    keptOut: () => {
      const lines = readFileSync(join(dataFolder, 'quarantine', `${GENERIC_FILE}.quarantine.csv`), 'utf8').split(
        '\r\n',
      );
      return new Set(lines.slice(1, -1).map((line) => Number(line.split(',')[0])));
    },
    close: async () => {
      takeBack();
      await stack.stop();
      rmSync(dataFolder, { recursive: true, force: true });
      silenced.mockRestore();
    },
  };
  const widened = await door.send('admin', 'PATCH', `/v1/callers/${busy}`, { quota: LARGE_QUOTA });
  expect(widened).toMatchObject({ status: 200, body: { quota: LARGE_QUOTA } });
  return door;
}

async function runImport(dataFolder: string, args: readonly string[]): Promise<Imported> {
  const child: ChildProcess = spawn(process.execPath, ['infra/local/import.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, GRANTGATE_DATA: dataFolder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('the import has no output');
  const [[status], summary, complaint] = await Promise.all([once(child, 'exit'), text(stdout), text(stderr)]);
  return { status: Number(status), summary, complaint };
}
