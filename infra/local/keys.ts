import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { DATABASE_FILES, damaged, IN_MEMORY } from './data-folder.ts';
import { keptSecret } from './kept-secret.ts';

const KEY_BYTES = 32;
const KEYS_FILE = 'keys.json';

const Keys = z.strictObject({ personKeyring: z.string().min(1), recordKey: z.base64().min(1) });

/** What is in AWS a secret of its own: `PERSON_KEYRING` and `RECORD_KEY`. */
export type Keys = z.infer<typeof Keys>;

/**
 * The keys of a data folder, random at the first start.
 * @throws StartFailure when they are gone and the data are not: under new keys no stored person would be found
 */
export async function keysOf(folder: string): Promise<Keys> {
  const there = (file: string) => folder !== IN_MEMORY && existsSync(join(folder, file));
  if (!there(KEYS_FILE) && Object.values(DATABASE_FILES).some(there)) {
    throw damaged(folder, `The data's ${KEYS_FILE} is missing: what is`);
  }
  return await keptSecret(folder, KEYS_FILE, Keys, async () => ({
    personKeyring: `1:${randomBytes(KEY_BYTES).toString('base64')}`,
    recordKey: randomBytes(KEY_BYTES).toString('base64'),
  }));
}
