import * as z from 'zod/mini';
import { Grant, GrantRequest } from '../../lib/check-log/grant.ts';
import { GrantedLine } from '../../lib/check-log/grant-line.ts';
import { FINDING_KINDS } from '../../lib/check-log/reconcile.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Fault, type Operations } from './operation.ts';

const Granted = z.extend(z.omit(Grant, { member: true }), { checkId: z.string() });

const coverage = { granted: z.int(), checked: z.int() };
const Reconciliation = z.object({
  lines: z.int(),
  counts: z.record(z.enum([...FINDING_KINDS, 'broken']), z.int()),
  findings: z.array(
    z.object({
      line: z.int(),
      kind: z.enum(FINDING_KINDS),
      reference: z.optional(z.string()),
      checkId: z.optional(z.string()),
    }),
  ),
  broken: z.array(z.object({ line: z.int(), errors: z.array(Fault) })),
  coverage: z.object({
    principals: z.array(z.object({ principal: z.string(), ...coverage })),
    callers: z.array(z.object({ caller: z.nullable(z.string()), ...coverage })),
  }),
});

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
  'POST /v1/reconciliations': {
    id: 'reconcile',
    summary: 'What was granted, held against what was checked: up to 5,000 lines of a list, whose parts add up. 核对',
    scopes: [SCOPES.read, SCOPES.audit],
    body: GrantedLine,
    lines: ['text/csv', 'application/x-ndjson'],
    answers: { 200: { description: 'What each line turned out to be.', schema: Reconciliation } },
    problems: ['invalid-request', 'forbidden', 'evidence-unavailable'],
  },
};
