import * as z from 'zod/mini';
import { DecidedAgain } from '../../lib/check/decide-again.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { KeySet } from '../../lib/receipt/key-set.ts';
import { GivenReceipt, ReceiptVerdict } from '../../lib/receipt/receipt-verdict.ts';
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
  'GET /verify': {
    id: 'askToVerify',
    summary: 'The page that the code on a receipt leads to; it sends on what stands after `#`. 扫码验证',
    scopes: [],
    answers: { 200: { description: 'A page for a browser.', schema: z.string(), contentTypes: ['text/html'] } },
    problems: [],
  },
  'POST /verify': {
    id: 'verifyReceipt',
    summary: 'Whether a receipt was signed here and is unaltered, and what it says. Looks nothing up. 验证回执',
    scopes: [],
    headers: { Accept: '`text/html` for a page (the default), `application/json` for the verdict.' },
    body: GivenReceipt,
    bodyType: 'application/x-www-form-urlencoded',
    answers: {
      200: {
        description: 'The verdict; what the receipt says only where it is good.',
        schema: ReceiptVerdict,
        contentTypes: ['text/html', 'application/json'],
      },
    },
    problems: ['invalid-request'],
  },
};
