import { KeySet } from '../../lib/receipt/key-set.ts';
import type { Operations } from './operation.ts';

export const KEYS: Operations = {
  'GET /.well-known/jwks.json': {
    id: 'readKeys',
    summary: 'The public keys of receipts and seals, retired ones too. 验签公钥',
    scopes: [],
    answers: { 200: { description: 'A JWK set (RFC 7517).', schema: KeySet } },
    problems: [],
  },
};
