import { SCOPES } from '../../lib/edge/scopes.ts';
import { Proof } from '../../lib/seal/proof.ts';
import type { Operations } from './operation.ts';

export const PROOFS: Operations = {
  'GET /v1/checks/{id}/proof': {
    id: 'proveCheck',
    summary: 'That a check is under a signed seal: what it takes to work the root out again. 存证证明',
    scopes: [SCOPES.read, SCOPES.audit],
    answers: { 200: { description: 'An inclusion proof (RFC 6962) and the seal that it leads to.', schema: Proof } },
    problems: ['forbidden', 'not-found', 'conflict', 'evidence-unavailable'],
  },
};
