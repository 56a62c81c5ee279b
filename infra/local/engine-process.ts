import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOST } from './listen.ts';

/** Milliseconds. A JVM on a busy machine takes long. */
const START_TIMEOUT = 45_000;
const POLL = 10;
const STOP_TIMEOUT = 1_000;
const COMPLAINT_LENGTH = 2_000;

/** The engine ended before it answered; `complaint` is what it wrote. */
export class EngineEnded extends Error {
  readonly complaint: string;

  constructor(complaint: string) {
    super(`the engine ended: ${complaint}`);
    this.complaint = complaint;
  }
}

/** Adopts an engine's process: waits until it answers, and sees to it that it does not outlive this one. */
export async function adopt(child: ChildProcess, port: number, temporaryFolder?: string): Promise<() => Promise<void>> {
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  const guard = child.pid === undefined ? undefined : guardOf(child.pid, temporaryFolder);
  // The engine alone is no reason for this process to stay.
  for (const each of [child, guard, ...child.stdio, ...(guard?.stdio ?? [])]) release(each);

  const stop = async (): Promise<void> => {
    process.removeListener('exit', killed);
    if (guard !== undefined) await end(guard, 'SIGKILL');
    await end(child, 'SIGTERM');
    if (temporaryFolder !== undefined) rmSync(temporaryFolder, { recursive: true, force: true });
  };
  try {
    await answering(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

async function answering(child: ChildProcess, port: number): Promise<void> {
  let complaint = '';
  let ended = false;
  child.once('error', (error) => {
    complaint = String(error);
    ended = true;
  });
  // `close` and not `exit`: by then everything that it wrote has been read.
  child.once('close', () => {
    ended = true;
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      complaint = (complaint + chunk).slice(-COMPLAINT_LENGTH);
    });
  }
  for (const deadline = Date.now() + START_TIMEOUT; Date.now() < deadline; await sleep(POLL)) {
    if (ended) throw new EngineEnded(complaint.trim());
    if (await accepts(port)) return;
  }
  throw new EngineEnded(`no answer after ${START_TIMEOUT} ms. ${complaint}`.trim());
}

async function accepts(port: number): Promise<boolean> {
  const socket = new Socket().on('error', () => undefined);
  socket.connect(port, HOST);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * A shell that waits for the end of its input, which comes with the end of this process, however it ends; then it kills
 * the engine. Ctrl-C reaches neither, both being detached: this process stops them in order.
 */
function guardOf(pid: number, temporaryFolder: string | undefined): ChildProcess {
  const script = `read -r _; kill "$1"; ${temporaryFolder === undefined ? '' : 'rm -rf "$2"'}`;
  const guard = spawn('/bin/sh', ['-c', script, 'grantgate-guard', String(pid), temporaryFolder ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  return guard.on('error', () => undefined);
}

function release(handle: unknown): void {
  if (typeof handle === 'object' && handle !== null && 'unref' in handle && typeof handle.unref === 'function') {
    handle.unref();
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.ref();
  child.kill(signal);
  const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
  await exited;
  clearTimeout(impatience);
}
