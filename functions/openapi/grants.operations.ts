import * as z from 'zod/mini';
import { Grant, GrantRequest } from '../../lib/check-log/grant.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

const Granted = z.extend(z.omit(Grant, { member: true }), { checkId: z.string() });

export const GRANTS: Operations = {
  'POST /v1/grants': {
    id: 'reportGrant',
    summary: 'What was granted on a check: accepted where the check is of it and its outcome allows it. 授予登记',
    scopes: [SCOPES.check],
    body: GrantRequest,
    answers: {
      201: { description: 'On record with its check.', schema: Granted },
      200: { description: 'The same report again.', schema: Granted },
    },
    problems: [
      'invalid-request',
      'forbidden',
      'not-found',
      'conflict',
      'invalid-identifier',
      'idempotency-mismatch',
      'evidence-unavailable',
    ],
  },
};
