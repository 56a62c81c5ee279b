import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { WORKER_NODE_OPTIONS } from '../intake-settings.ts';
import { IN_MEMORY } from './data-folder.ts';
import { LocalObjects } from './intake-objects.ts';
import { sweepIntake } from './intake-sweep.ts';
import { close, HOST, listen } from './listen.ts';

/** What stands in for the intake bucket and its flow. */
export const INTAKE_BUCKET = 'intake';
export const INTAKE_FLOW = 'local';

export interface IntakeOptions {
  readonly dataFolder: string;
  /** The worker's bundle. */
  readonly worker: string;
  /** What the worker is given, once the address of this stand-in is known. */
  readonly variables: (intakeEndpoint: string) => Readonly<Record<string, string>>;
  /** What a worker says of itself at its end. */
  readonly onEnd?: (said: unknown) => void;
  /** Whether nothing can happen to an import any more; without it nothing is swept, and each is asked how it stands. */
  readonly isOver?: (importId: string) => Promise<boolean>;
}

export interface Intake {
  readonly endpoint: string;
  /** Goes on with what another process has left unfinished. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

const Start = z.object({ input: z.string() });
const Input = z.object({ importId: z.uuid(), step: z.string() });

const UPLOADS = 'uploads';
/** As the flow on AWS repeats what fails: so often it goes on where it was, and so often it says that it cannot. */
const RESTARTS = 3;
const FAREWELLS = 3;
const PAUSE_MS = 200;

/** Takes uploads, and runs the worker in a process of its own for each import, so that a check never waits for one. */
export async function startIntake({ dataFolder, worker, variables, onEnd, isOver }: IntakeOptions): Promise<Intake> {
  const temporary = dataFolder === IN_MEMORY ? mkdtempSync(join(tmpdir(), 'grantgate-intake-')) : undefined;
  const folder = temporary ?? join(dataFolder, INTAKE_BUCKET);
  mkdirSync(folder, { recursive: true });
  const running = new Map<string, ChildProcess>();
  /** What was asked for while the import's last process was still ending. */
  const asked = new Map<string, string>();
  let stopping = false;

  const run = (importId: string, step: string, restarts = 0): void => {
    if (stopping) return;
    if (running.has(importId)) {
      asked.set(importId, step);
      return;
    }
    const child = fork(new URL('./intake-worker.ts', import.meta.url), [worker, importId, step], {
      execArgv: [...WORKER_NODE_OPTIONS],
      env: { PATH: process.env.PATH, ...variables(endpoint) },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    running.set(importId, child);
    if (onEnd) child.on('message', onEnd);
    child.once('exit', (code) => {
      running.delete(importId);
      if (code !== 0) return again(importId, restarts + 1);
      const next = asked.get(importId);
      asked.delete(importId);
      if (next !== undefined) run(importId, next);
    });
  };
  /** Killed halfway, it goes on where it was: with what it has to do, or with saying that it cannot. */
  const again = (importId: string, restarts: number): void => {
    if (stopping) return;
    if (restarts > RESTARTS + FAREWELLS) {
      console.error(`导入中断，重新启动服务后继续  import ${importId} is broken off, and goes on at the next start`);
      return;
    }
    const step = restarts > RESTARTS ? 'fail' : 'resume';
    setTimeout(() => run(importId, step, restarts), restarts * PAUSE_MS);
  };
  const objects = new LocalObjects(folder, (name) => {
    const [prefix, importId] = name.split('/');
    if (prefix === UPLOADS && importId !== undefined) run(importId, 'begin');
  });
  const server = createServer((request, response) => {
    request.on('error', () => undefined);
    serve(request, response).catch(() => response.destroy());
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', endpoint);
    if (String(request.headers['x-amz-target']).endsWith('.StartExecution')) {
      const { importId, step } = Input.parse(JSON.parse(Start.parse(JSON.parse(await text(request))).input));
      run(importId, step);
      const answer = JSON.stringify({ executionArn: importId, startDate: Date.now() / 1_000 });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
      return;
    }
    const name = decodeURIComponent(pathname).replace(`/${INTAKE_BUCKET}/`, '');
    await objects.serve(request, response, name, expiryOf(searchParams));
  }

  const endpoint = `http://${HOST}:${await listen(server, 0, '')}`;
  if (isOver) await sweepIntake(folder, isOver);
  return {
    endpoint,
    resume: async () => {
      // An upload stays for days after its import: a process for each would be dozens at every start.
      for (const name of uploadsIn(join(folder, UPLOADS))) if (!(await isOver?.(name))) run(name, 'resume');
    },
    stop: async () => {
      stopping = true;
      await Promise.all(
        [...running.values()].map(async (child) => {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }),
      );
      await close(server);
      if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
    },
  };
}

const uploadsIn = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => z.uuid().safeParse(name).success) : [];

/** Until when a link holds; undefined for a request that its sender signed itself. */
function expiryOf(query: URLSearchParams): Date | undefined {
  const [date, seconds] = [query.get('X-Amz-Date'), query.get('X-Amz-Expires')];
  if (date === null || seconds === null) return undefined;
  const signed = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return new Date(signed + Number(seconds) * 1_000);
}
