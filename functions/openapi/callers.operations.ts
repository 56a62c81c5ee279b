import * as z from 'zod/mini';
import {
  CallerApplication,
  CallerChange,
  CallerEvent,
  CallerParameters,
  CallerRenewal,
  RegisteredCaller,
} from '../../lib/check/registration.ts';
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
  'GET /v1/callers': {
    id: 'listCallers',
    summary: 'Every registered caller, whatever its state; or those whose permission ends by a day.',
    scopes: [SCOPES.admin, SCOPES.approve, SCOPES.audit],
    query: CallerParameters,
    answers: { 200: { description: 'All, by their id.', schema: z.object({ items: z.array(RegisteredCaller) }) } },
    problems: ['invalid-request', 'forbidden'],
  },
  'GET /v1/callers/{id}': {
    id: 'readCaller',
    summary: 'A caller and what happened to its registration, oldest first.',
    scopes: [SCOPES.admin, SCOPES.approve, SCOPES.audit],
    answers: {
      200: { description: 'The caller.', schema: z.extend(RegisteredCaller, { history: z.array(CallerEvent) }) },
    },
    problems: ['forbidden', 'not-found'],
  },
  'POST /v1/callers/{id}/renewal': {
    id: 'renewCaller',
    summary: 'Apply for a later last day, or for other scenes; in force once another person has approved it. 续期',
    scopes: [SCOPES.admin],
    body: CallerRenewal,
    answers: { 200: { description: 'To be approved.', schema: RegisteredCaller } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
  'POST /v1/callers/{id}/approval': {
    id: 'approveCaller',
    summary: 'Approve a pending caller or a renewal; nobody approves their own application.',
    scopes: [SCOPES.approve],
    answers: { 200: { description: 'Active.', schema: RegisteredCaller } },
    problems: ['forbidden', 'not-found', 'conflict'],
  },
  'PATCH /v1/callers/{id}': {
    id: 'changeCaller',
    summary: 'Suspend or resume a caller, narrow its scenes or change its quota; counts at the next check.',
    scopes: [SCOPES.admin],
    body: CallerChange,
    answers: { 200: { description: 'Changed.', schema: RegisteredCaller } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
};
