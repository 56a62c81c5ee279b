import * as z from 'zod/mini';
import { DecidedAgain } from '../../lib/check/decide-again.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { KeySet } from '../../lib/receipt/key-set.ts';
import type { Operations } from './operation.ts';

export const RECEIPTS: Operations = {
  'GET /v1/checks/{id}/receipt': {
    id: 'readReceipt',
    summary: 'The receipt of a check: a page to print and file, or the signed text. 回执',
    scopes: [SCOPES.read, SCOPES.audit],
    headers: { Accept: '`text/html` for the page (the default), `application/jose` for the compact JWS.' },
    answers: {
      200: { description: 'The receipt.', schema: z.string(), contentTypes: ['text/html', 'application/jose'] },
    },
    problems: ['forbidden', 'not-found', 'conflict', 'evidence-unavailable'],
  },
  'POST /v1/checks/{id}/replay': {
    id: 'replayCheck',
    summary: 'Decide a recorded check again, at the catalogue and the standings of its own time. 复算',
    scopes: [SCOPES.audit],
    answers: { 200: { description: 'Whether the bytes agree, and where they differ.', schema: DecidedAgain } },
    problems: ['forbidden', 'not-found', 'conflict', 'registry-unavailable', 'evidence-unavailable'],
  },
  'GET /.well-known/jwks.json': {
    id: 'readKeys',
    summary: 'The public keys of receipts and seals, retired ones too. 验签公钥',
    scopes: [],
    answers: {
      200: { description: 'A JWK set (RFC 7517).', schema: KeySet, contentTypes: ['application/jwk-set+json'] },
    },
    problems: [],
  },
};
