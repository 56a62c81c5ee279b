import type { Plugin } from 'esbuild';

/** What takes the place of a module where another imports it: nothing is said of the record, nothing signed, nothing kept. */
const STUBS = [
  {
    path: './receipt.ts',
    importer: '/lib/check/run-check.ts',
    contents: `export const receiptPayload = () => ''; export const compactReceipt = () => '';`,
  },
  {
    path: '../../lib/receipt/sign.ts',
    importer: '/functions/check/index.ts',
    contents: 'export const receiptSigner = () => ({ sign: async () => undefined });',
  },
];

/** Bundles the check function as if it gave no receipts. */
export const withoutReceipts: Plugin = {
  name: 'without-receipts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /(receipt|sign)\.ts$/ }, ({ path, importer }) => {
      const stub = STUBS.findIndex((each) => each.path === path && importer.endsWith(each.importer));
      return stub < 0 ? undefined : { path: String(stub), namespace: 'without-receipts' };
    });
    onLoad({ filter: /.*/, namespace: 'without-receipts' }, ({ path }) => ({
      contents: STUBS[Number(path)]?.contents ?? '',
    }));
  },
};
