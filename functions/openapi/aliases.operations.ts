import * as z from 'zod/mini';
import { PageParameters } from '../../lib/check-log/paging.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { ProblemCode } from '../../lib/kernel/problem.ts';
import { Alias, AliasRequest } from '../../lib/listing/alias.ts';
import { AliasSignature, AliasState, AliasWithdrawal } from '../../lib/listing/alias-steps.ts';
import type { Operations } from './operation.ts';

const AliasShown = z.object({
  id: z.string(),
  kind: z.enum(['attested-code', 'registration-no', 'confirmed-code', 'successor']),
  code: z.optional(z.string()),
  number: z.optional(z.string()),
  predecessor: z.optional(z.string()),
  successor: z.optional(z.string()),
  state: AliasState,
  waitsFor: z.optional(z.literal('signature')),
  steps: Alias.shape.steps,
});
const scopes = [SCOPES.steward, SCOPES.approve, SCOPES.audit];
const problems: readonly ProblemCode[] = [
  'invalid-request',
  'forbidden',
  'not-found',
  'conflict',
  'registry-unavailable',
];

export const ALIASES: Operations = {
  'POST /v1/aliases': {
    id: 'proposeAlias',
    summary:
      'A steward proposes that identifiers are one subject, that one subject succeeds another, or that a failing code is in use; nothing changes before another person has signed. 标识对应',
    scopes: [SCOPES.steward],
    body: AliasRequest,
    says: {
      number: 'A 15-digit registration number. 注册号',
      code: 'A unified code; of an attested one, the code that fails.',
    },
    answers: {
      201: { description: 'Proposed, under an id that is the same for the same identifiers.', schema: AliasShown },
    },
    problems: [...problems, 'invalid-identifier'],
  },
  'GET /v1/aliases': {
    id: 'listAliases',
    summary:
      'Aliases: what waits for a signature, the oldest first, and then the others, the newest first; with `waiting=signature` the former alone.',
    scopes,
    query: z.extend(PageParameters, { waiting: z.optional(z.literal('signature')) }),
    answers: {
      200: {
        description: 'A page, of every authority.',
        schema: z.object({ items: z.array(AliasShown), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
  'GET /v1/aliases/{id}': {
    id: 'readAlias',
    summary: 'An alias, where it stands, and everybody who signed.',
    scopes,
    answers: { 200: { description: 'The alias.', schema: AliasShown } },
    problems: ['forbidden', 'not-found', 'registry-unavailable'],
  },
  'POST /v1/aliases/{id}/signature': {
    id: 'signAlias',
    summary: 'Another person signs what waits, the alias or its withdrawal, or declines and says why. 签署',
    scopes: [SCOPES.approve],
    body: AliasSignature,
    says: { decision: 'Whether the person signs; they do when it is absent.', ground: 'Why it is declined.' },
    answers: { 200: { description: 'The alias as it is now.', schema: AliasShown } },
    problems,
  },
  'POST /v1/aliases/{id}/withdrawal': {
    id: 'withdrawAlias',
    summary:
      'A steward proposes to take back an alias that was mistaken; once another person has signed, checks follow it no more, and those that it decided are in GET /v1/remedies. 撤回',
    scopes: [SCOPES.steward],
    body: AliasWithdrawal,
    answers: {
      200: { description: 'The alias as it is now: in effect until another person has signed.', schema: AliasShown },
    },
    problems,
  },
};
