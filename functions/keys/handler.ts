import { apiHandler } from '../../lib/edge/api.ts';
import type { KeySet } from '../../lib/receipt/key-set.ts';

/** Seconds: a new key is published by the deployment that begins to sign with it, and verifiers ask again for an unknown one. */
const MAX_AGE = 3_600;

/** `GET /.well-known/jwks.json`. */
export const keysHandler = (keys: KeySet) =>
  apiHandler(async () => ({
    status: 200,
    body: JSON.stringify(keys),
    headers: { 'content-type': 'application/jwk-set+json', 'cache-control': `public, max-age=${MAX_AGE}` },
  }));
