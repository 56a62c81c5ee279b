import * as z from 'zod/mini';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { AliasRequest } from '../../lib/listing/alias.ts';
import type { Operations } from './operation.ts';

export const ALIASES: Operations = {
  'POST /v1/aliases': {
    id: 'signAlias',
    summary: 'A steward signs that identifiers are one subject, or that a failing code is in use. 标识对应',
    scopes: [SCOPES.steward],
    body: AliasRequest,
    answers: { 201: { description: 'Signed.', schema: z.object({ subject: z.string(), kind: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'invalid-identifier'],
  },
};
