import { join, resolve } from 'node:path';
import type { Plugin } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

/** What takes the place of a module's own where another imports it: nothing is said of the record, signed or kept. */
const STUBS = [
  {
    module: 'lib/check/receipt.ts',
    importer: 'lib/check/run-check.ts',
    instead: `export const receiptPayload = () => ''; export const compactReceipt = () => '';`,
  },
  {
    module: 'lib/receipt/sign.ts',
    importer: 'functions/check/index.ts',
    instead: 'export const receiptSigner = () => ({ sign: async () => undefined });',
  },
];

/** Bundles the check function as if it gave no receipts. */
export const withoutReceipts: Plugin = {
  name: 'without-receipts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /(receipt|sign)\.ts$/ }, ({ path, importer, resolveDir }) => {
      const stub = STUBS.find(
        (each) => importer === join(ROOT, each.importer) && resolve(resolveDir, path) === join(ROOT, each.module),
      );
      return stub && { path: stub.module, namespace: 'without-receipts', pluginData: stub.instead };
    });
    // What is exported by name goes before what is exported with everything.
    onLoad({ filter: /.*/, namespace: 'without-receipts' }, ({ path, pluginData }) => ({
      contents: `export * from '${join(ROOT, path)}'; ${pluginData}`,
      resolveDir: ROOT,
    }));
  },
};
