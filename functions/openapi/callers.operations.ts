import { CallerApplication, CallerChange, RegisteredCaller } from '../../lib/check/registration.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

export const CALLERS: Operations = {
  'POST /v1/callers': {
    id: 'applyForCaller',
    summary: 'Apply for a caller; in force once another person has approved it. 调用单位登记',
    scopes: [SCOPES.admin],
    body: CallerApplication,
    answers: { 201: { description: 'Pending.', schema: RegisteredCaller } },
    problems: ['invalid-request', 'forbidden', 'conflict'],
  },
  'POST /v1/callers/{id}/approval': {
    id: 'approveCaller',
    summary: 'Approve a pending caller; nobody approves their own application.',
    scopes: [SCOPES.approve],
    answers: { 200: { description: 'Active.', schema: RegisteredCaller } },
    problems: ['forbidden', 'not-found', 'conflict'],
  },
  'PATCH /v1/callers/{id}': {
    id: 'changeCaller',
    summary: 'Suspend or resume a caller, or change its scenes or quota; counts at the next check.',
    scopes: [SCOPES.admin],
    body: CallerChange,
    answers: { 200: { description: 'Changed.', schema: RegisteredCaller } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
};
