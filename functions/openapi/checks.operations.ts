import * as z from 'zod/mini';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { BatchItem, BatchQuestion, CheckQuestion, MAX_BATCH } from '../../lib/check/question.ts';
import { Annotation, AnnotationRequest } from '../../lib/check-log/annotation.ts';
import { Annulment, AnnulmentRequest } from '../../lib/check-log/annulment.ts';
import { CheckDetail } from '../../lib/check-log/detail.ts';
import { Determination, DeterminationRequest } from '../../lib/check-log/determination.ts';
import { EXPORT_TYPES, ExportedCheck, ExportRequest } from '../../lib/check-log/export.ts';
import { SearchParameters, SearchRequest } from '../../lib/check-log/search.ts';
import { CheckSummary } from '../../lib/check-log/summary.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Operations, ProblemBody } from './operation.ts';

const BatchBody = z.extend(BatchQuestion, { items: z.array(BatchItem).check(z.minLength(1), z.maxLength(MAX_BATCH)) });
const BatchAnswer = z.object({
  items: z.array(
    z.union([z.object({ ref: z.string(), check: CheckAnswer }), z.object({ ref: z.string(), problem: ProblemBody })]),
  ),
});
const SearchAnswer = z.object({ items: z.array(CheckSummary), next: z.nullable(z.string()) });

const IDEMPOTENCY = {
  'Idempotency-Key':
    '1 to 128 visible ASCII characters. The same key and body again give the first answer, byte for byte.',
};
const UNAVAILABLE = ['registry-unavailable', 'evidence-unavailable'] as const;
const CHECKING = ['invalid-request', 'forbidden', 'conflict', 'too-many-requests', ...UNAVAILABLE] as const;

export const CHECKS: Operations = {
  'POST /v1/checks': {
    id: 'check',
    summary: 'May these subjects be granted this, now? 授前核查',
    scopes: [SCOPES.check],
    headers: IDEMPOTENCY,
    body: CheckQuestion,
    answers: {
      201: { description: 'Checked, and on record.', schema: CheckAnswer },
      200: { description: 'The first answer again (`Idempotency-Replayed: true`).', schema: CheckAnswer },
    },
    problems: [...CHECKING, 'invalid-identifier', 'idempotency-mismatch'],
  },
  'POST /v1/check-batches': {
    id: 'checkBatch',
    summary: 'Up to 100 questions of one matter, each a check of its own. 批量核查',
    scopes: [SCOPES.check],
    headers: IDEMPOTENCY,
    body: BatchBody,
    answers: { 200: { description: 'An answer or a problem for each item, in order.', schema: BatchAnswer } },
    problems: CHECKING,
  },
  'GET /v1/checks': {
    id: 'searchChecks',
    summary: 'Search the log, newest first: a caller its own records, an auditor all. 检索',
    scopes: [SCOPES.read, SCOPES.audit],
    query: SearchParameters,
    answers: { 200: { description: 'A page; it may be short while `next` is not null.', schema: SearchAnswer } },
    problems: ['invalid-request', 'forbidden', 'invalid-identifier', 'evidence-unavailable'],
  },
  'POST /v1/checks/search': {
    id: 'searchChecksByBody',
    summary: 'The same search by a body, which may name a person.',
    scopes: [SCOPES.read, SCOPES.audit],
    body: SearchRequest,
    answers: { 200: { description: 'A page.', schema: SearchAnswer } },
    problems: ['invalid-request', 'forbidden', 'invalid-identifier', 'evidence-unavailable'],
  },
  'POST /v1/checks/export': {
    id: 'exportChecks',
    summary: 'The same search as a file, page by page: append each page to the one before it. 导出',
    scopes: [SCOPES.read, SCOPES.audit],
    headers: { Accept: `${Object.values(EXPORT_TYPES).join(' or ')}; JSON Lines where it is left out.` },
    body: ExportRequest,
    answers: {
      200: {
        description:
          'Lines. The header `Grantgate-Next` holds the cursor of the next page; without it this was the last. The ' +
          'schema is that of one JSON line; a CSV has the same in columns.',
        schema: ExportedCheck,
        contentTypes: Object.values(EXPORT_TYPES),
      },
    },
    problems: ['invalid-request', 'forbidden', 'invalid-identifier', 'evidence-unavailable'],
  },
  'GET /v1/checks/{id}': {
    id: 'readCheck',
    summary: 'One check with the listings that did not count and the guard that stopped each. 详情',
    scopes: [SCOPES.read, SCOPES.audit],
    answers: { 200: { description: 'The record.', schema: CheckDetail } },
    problems: ['forbidden', 'not-found', 'evidence-unavailable'],
  },
  'POST /v1/checks/{id}/annotations': {
    id: 'annotate',
    summary: "An auditor's note at a check, appended to it; callers do not see it. 批注",
    scopes: [SCOPES.audit],
    body: AnnotationRequest,
    answers: { 201: { description: 'Appended.', schema: z.extend(Annotation, { checkId: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'evidence-unavailable'],
  },
  'POST /v1/checks/{id}/determination': {
    id: 'determine',
    summary: "A person's decision on an indeterminate check, appended to it. 人工认定",
    scopes: [SCOPES.determine],
    body: DeterminationRequest,
    answers: { 201: { description: 'Appended.', schema: z.extend(Determination, { checkId: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
  'POST /v1/checks/{id}/annulment': {
    id: 'annul',
    summary: 'Take a check back that was asked wrongly: no grant rests on it any more, and it stays on record. 作废',
    scopes: [SCOPES.determine],
    body: AnnulmentRequest,
    answers: { 201: { description: 'Appended.', schema: z.extend(Annulment, { checkId: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
};
