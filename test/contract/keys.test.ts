import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { type ApiClient, startSampleStack } from '../api-client.ts';

let api: ApiClient;
beforeAll(async () => {
  api = await startSampleStack();
});
afterAll(() => api?.stack.stop());

test('the public keys are open to everyone and cacheable, and nothing but public', async () => {
  const reply = await api.call('GET', '/.well-known/jwks.json');
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toBe('application/jwk-set+json');
  expect(reply.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
  expect(KeySet.parse(reply.json).keys).toEqual(parseSigningKeys(api.stack.signingKeys).published);
  expect(reply.text).not.toContain('"d"');
  expect(reply.text).not.toContain(api.stack.signingKeys);
});
