import { LookPage, LookParameters, LookRequest } from '../../lib/check-log/look-search.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

const PAGE = { 200: { description: 'A page, newest first.', schema: LookPage } };
const PROBLEMS = ['invalid-request', 'forbidden', 'invalid-identifier', 'evidence-unavailable'] as const;

export const LOOKS: Operations = {
  'GET /v1/looks': {
    id: 'searchLooks',
    summary: 'Who looked at the log, by client, subject or check. Looking here is a look too. 查询留痕',
    scopes: [SCOPES.auditChief],
    query: LookParameters,
    answers: PAGE,
    problems: PROBLEMS,
  },
  'POST /v1/looks/search': {
    id: 'searchLooksByBody',
    summary: 'The same by a body, which may name a person.',
    scopes: [SCOPES.auditChief],
    body: LookRequest,
    answers: PAGE,
    problems: PROBLEMS,
  },
};
