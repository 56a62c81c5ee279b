import { existsSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';

const Rows = z.array(z.record(z.string(), z.string()));

/** A published file outside the repository: not everybody who tests has it. */
export interface RealFile {
  readonly path: string;
  readonly here: boolean;
  /** For the name of what is skipped without it. */
  readonly orSkipped: string;
  rows(): Record<string, string>[];
}

export function realFile(name: string): RealFile {
  const path = resolve(import.meta.dirname, '../../../shared/data', name);
  const here = existsSync(path);
  return {
    path,
    here,
    orSkipped: here ? '' : ` (skipped: ../shared/data/${basename(path)} is not there)`,
    rows: () => Rows.parse(parse(readFileSync(path), { bom: true, columns: true })),
  };
}
