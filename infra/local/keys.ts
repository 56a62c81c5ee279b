import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { DATABASE_FILES, damaged, IN_MEMORY } from './data-folder.ts';
import { keptSecret } from './kept-secret.ts';

const KEY_BYTES = 32;
const KEYS_FILE = 'keys.json';
/** A file of its own: a folder from before there were receipts gets one at its next start. */
const SIGNING_FILE = 'signing-keys.json';

const Keys = z.strictObject({ personKeyring: z.string().min(1), recordKey: z.base64().min(1) });

const Signing = z.strictObject({ signingKeys: z.string().min(1) });

/** What is in AWS a secret of its own: `PERSON_KEYRING`, `RECORD_KEY` and `SIGNING_KEYS`. */
export type Keys = z.infer<typeof Keys> & z.infer<typeof Signing>;

/**
 * The keys of a data folder, random at the first start.
 * @throws StartFailure when they are gone and the data are not: under new keys no stored person would be found
 */
export async function keysOf(folder: string): Promise<Keys> {
  const there = (file: string) => folder !== IN_MEMORY && existsSync(join(folder, file));
  if (!there(KEYS_FILE) && Object.values(DATABASE_FILES).some(there)) {
    throw damaged(folder, `The data's ${KEYS_FILE} is missing: what is`);
  }
  const random = () => randomBytes(KEY_BYTES).toString('base64');
  const keys = await keptSecret(folder, KEYS_FILE, Keys, async () => ({
    personKeyring: `1:${random()}`,
    recordKey: random(),
  }));
  return { ...keys, ...(await keptSecret(folder, SIGNING_FILE, Signing, async () => ({ signingKeys: random() }))) };
}
