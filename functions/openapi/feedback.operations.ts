import * as z from 'zod/mini';
import { CaseReportRequest, ShownCase } from '../../lib/check-log/case-report.ts';
import { CasePage, CaseParameters } from '../../lib/check-log/case-search.ts';
import { Feedback, FeedbackRequest } from '../../lib/check-log/feedback.ts';
import { Overdue } from '../../lib/check-log/follow-up.ts';
import { OverdueParameters } from '../../lib/check-log/overdue-parameters.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

export const FEEDBACK: Operations = {
  'POST /v1/checks/{id}/feedback': {
    id: 'giveFeedback',
    summary: 'What the outcome obliged to was carried out, or not and why; by the caller that checked. 反馈',
    scopes: [SCOPES.check],
    body: FeedbackRequest,
    answers: {
      201: { description: 'Appended.', schema: z.extend(Feedback, { checkId: z.string() }) },
      200: {
        description: 'The same as was said last, by the same signer: what stands there.',
        schema: z.extend(Feedback, { checkId: z.string() }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'evidence-unavailable'],
  },
  'GET /v1/feedback/overdue': {
    id: 'listOverdueFeedback',
    summary: "A caller's vetoes and restrictions without feedback in the scene's term, oldest first. 逾期未反馈",
    scopes: [SCOPES.read, SCOPES.audit],
    query: OverdueParameters,
    answers: {
      200: {
        description: 'A page; it may be short while `next` is not null.',
        schema: z.object({ items: z.array(Overdue), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'evidence-unavailable'],
  },
  'POST /v1/checks/{id}/cases': {
    id: 'reportCase',
    summary:
      'What a measure that the check cites came to, with digests of the papers; by the caller that checked. 案例报送',
    scopes: [SCOPES.check],
    body: CaseReportRequest,
    answers: {
      201: { description: 'Appended.', schema: ShownCase },
      200: { description: 'The same case, reported before.', schema: ShownCase },
    },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'evidence-unavailable'],
  },
  'GET /v1/cases': {
    id: 'listCases',
    summary: 'Cases by the time of their report, newest first: all for an auditor or an administrator. 案例',
    scopes: [SCOPES.read, SCOPES.audit, SCOPES.admin],
    query: CaseParameters,
    answers: { 200: { description: 'A page; it may be short while `next` is not null.', schema: CasePage } },
    problems: ['invalid-request', 'forbidden', 'evidence-unavailable'],
  },
};
