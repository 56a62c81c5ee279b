import * as z from 'zod/mini';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Proof } from '../../lib/seal/proof.ts';
import type { Operations } from './operation.ts';

const { digest, index, count, path, seal, head } = Proof.shape;

/** Said here, as these names mean something else elsewhere. */
const DescribedProof = z.extend(Proof, {
  digest: digest.check(
    z.describe("SHA-256 of the record in canonical form (RFC 8785), base64url: `record` of the check's receipt."),
  ),
  index: index.check(z.describe("The leaf's place among the leaves of its segment, from 0.")),
  count: count.check(z.describe('How many leaves the segment has.')),
  path: path.check(z.describe('The hashes beside the way to the root, nearest the leaf first (RFC 6962), base64url.')),
  seal: seal.check(
    z.describe('The signed seal, a compact JWS: root, count, gaps, and the digest of the seal before it.'),
  ),
  head: head.check(
    z.describe('Number of the seal, and SHA-256 of its text. Who keeps it can tell that no seal was replaced.'),
  ),
});

export const PROOFS: Operations = {
  'GET /v1/checks/{id}/proof': {
    id: 'proveCheck',
    summary: 'That a check is under a signed seal: what it takes to work the root out again. 存证证明',
    scopes: [SCOPES.read, SCOPES.audit],
    answers: {
      200: { description: 'An inclusion proof (RFC 6962) and the seal that it leads to.', schema: DescribedProof },
    },
    problems: ['forbidden', 'not-found', 'conflict', 'evidence-unavailable'],
  },
};
