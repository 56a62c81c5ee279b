import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartFailure } from './start-failure.ts';

/** In place of a folder: nothing is kept. */
export const IN_MEMORY = ':memory:';

/** What each engine calls its file. */
export const DATABASE_FILES = { dynoxide: 'dynoxide.sqlite', 'dynamodb-local': 'shared-local-instance.db' } as const;

/** Holds private keys and test data: for its owner only. */
const FOLDER_MODE = 0o700;
const LOCK_FILE = 'lock.sqlite';

export const damaged = (folder: string, what: string): StartFailure =>
  new StartFailure(`${what} in ${folder} is damaged: delete the folder ${folder} to start afresh.`);

/**
 * Makes the folder, and holds it for this process until the returned function is called or the process ends.
 * @throws StartFailure when another process holds it, or when it cannot be written
 */
export function holdFolder(folder: string): () => void {
  if (folder === IN_MEMORY) return () => undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  } catch (error) {
    throw new StartFailure(`The data folder ${folder} cannot be made: ${error instanceof Error ? error.message : ''}`);
  }
  // A lock of the operating system, taken by way of SQLite: unlike a file with a process id, it cannot outlive us.
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(join(folder, LOCK_FILE));
    lock.exec('BEGIN EXCLUSIVE');
    return () => lock?.close();
  } catch (error) {
    lock?.close();
    if (String(error).includes('database is locked')) {
      throw new StartFailure(
        `Grantgate is already running on the data folder ${folder}: stop it, or set GRANTGATE_DATA to another folder.`,
      );
    }
    if (String(error).includes('not a database')) throw damaged(folder, `The file ${LOCK_FILE}`);
    throw new StartFailure(`The data folder ${folder} cannot be written: ${String(error)}`);
  }
}

/**
 * An engine would start on a file with damaged pages, and fail at a request much later.
 * @throws StartFailure
 */
export function checkDatabase(folder: string, file: string): void {
  const path = join(folder, file);
  if (!existsSync(path)) return;
  let database: DatabaseSync | undefined;
  let verdict: unknown;
  try {
    database = new DatabaseSync(path);
    verdict = database.prepare('PRAGMA quick_check(1)').get()?.quick_check;
  } catch (error) {
    if (String(error).includes('database is locked')) throw new StartFailure(`Another process uses ${path}: stop it.`);
  } finally {
    database?.close();
  }
  if (verdict !== 'ok') throw damaged(folder, 'The database');
}
