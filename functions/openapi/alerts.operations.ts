import * as z from 'zod/mini';
import { AcknowledgementRequest, Alert } from '../../lib/alert/alert.ts';
import { AlertParameters } from '../../lib/alert/requests.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

export const ALERTS: Operations = {
  'GET /v1/alerts': {
    id: 'listAlerts',
    summary: 'What has changed since a check: listed after it, or no longer; newest first. 提醒',
    scopes: [SCOPES.read, SCOPES.audit],
    query: AlertParameters,
    answers: {
      200: {
        description: "A page of the caller's own; an auditor's has every caller's, one after the other.",
        schema: z.object({ items: z.array(Alert), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable', 'evidence-unavailable'],
  },
  'POST /v1/alerts/{id}/acknowledgement': {
    id: 'acknowledgeAlert',
    summary: 'A person of the caller has seen it and acted on it; once. Until then the matter is not deleted. 确认',
    scopes: [SCOPES.check],
    body: AcknowledgementRequest,
    answers: { 201: { description: 'Acknowledged.', schema: Alert } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'registry-unavailable'],
  },
};
