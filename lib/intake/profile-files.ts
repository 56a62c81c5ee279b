import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('./profiles/', import.meta.url);

/** The contents of the folder `profiles`: a file that is put there is a profile. Bundles carry them in them. */
export const PROFILE_FILES: readonly unknown[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .map((name): unknown => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));
