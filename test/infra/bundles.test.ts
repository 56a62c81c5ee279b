import { describe, expect, it } from 'vitest';
import { bundleFunction, functionNames } from '../../infra/build.ts';

const MAX_CHECK_BYTES = 400_000;

describe('the bundles', () => {
  it('the check bundle holds the check and nothing of intake, review, administration or the console', async () => {
    const { bytes, inputs } = await bundleFunction('check');
    const ours = inputs.filter((file) => !file.startsWith('node_modules/'));
    expect(ours).toContain('lib/check/decide.ts');
    const foreign =
      /^(infra|events|test)\/|^lib\/(intake|check-log|bus|seal|archive)\/|^lib\/listing\/(?!standing\.ts)|reader\.ts$/;
    expect(ours.filter((file) => foreign.test(file) && file !== 'lib/dynamo/registry-reader.ts')).toEqual([]);
    expect(ours.filter((file) => file.startsWith('functions/') && !file.startsWith('functions/check/'))).toEqual([]);
    expect(bytes).toBeLessThanOrEqual(MAX_CHECK_BYTES);
  });

  it('every function with a folder has a bundle of its own', () => {
    expect(functionNames()).toEqual([
      'alerter',
      'alerts',
      'aliases',
      'callers',
      'catalogue',
      'check',
      'determination',
      'expiry',
      'feedback',
      'grants',
      'imports',
      'intake',
      'keys',
      'listings',
      'looks',
      'meter',
      'openapi',
      'outgoing',
      'proof',
      'publications',
      'receipt',
      'reconciliation',
      'registers',
      'replay',
      'retention',
      'review',
      'sealer',
      'standings',
      'statistics',
      'sweeper',
      'tallier',
      'violations',
      'witness',
    ]);
  });
});
