import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { type Bundle, bundleFunction } from '../../infra/build.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { withoutReceipts } from './without-receipts.ts';

export interface Bundles {
  readonly check: Bundle & { readonly file: string };
  readonly baseline: Bundle & { readonly file: string };
  /** The check function without its receipts. */
  readonly unsigned: Bundle & { readonly file: string };
  remove(): Promise<void>;
}

/** A path from `functions/`: made by the same function, so with the same settings. */
const BASELINE = '../test/bench/baseline';

/** The check function's bundle, that of the SDK's client alone, and the check function's without receipts. */
export async function makeBundles(): Promise<Bundles> {
  const folder = temporaryFolder('grantgate-bundles-');
  const make = async (name: string, to: string, others?: readonly Plugin[]) => ({
    ...(await bundleFunction(name, join(folder, to), others)),
    file: join(folder, to, 'index.js'),
  });
  return {
    check: await make('check', 'check'),
    baseline: await make(BASELINE, 'baseline'),
    unsigned: await make('check', 'unsigned', [withoutReceipts]),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
