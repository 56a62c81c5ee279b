import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { damaged, IN_MEMORY } from './data-folder.ts';

const OWNER_ONLY = 0o600;

/**
 * A secret that is made at the first start and kept as JSON in the data folder.
 * @throws StartFailure when the file is there and damaged: a new secret would orphan what the old one protects
 */
export async function keptSecret<T>(
  folder: string,
  file: string,
  schema: z.ZodType<T>,
  make: () => Promise<T>,
): Promise<T> {
  if (folder === IN_MEMORY) return await make();
  const path = join(folder, file);
  const text = readIfThere(path);
  if (text === undefined) {
    const secret = await make();
    writeFileSync(path, `${JSON.stringify(secret, null, 2)}\n`, { mode: OWNER_ONLY, flag: 'wx' });
    return secret;
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw damaged(folder, `The file ${file}`);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
