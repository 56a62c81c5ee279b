import * as z from 'zod/mini';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { DueMatter, ForecastParameters } from '../../lib/retention/forecast.ts';
import { Hold, HoldRequest, ReleaseRequest } from '../../lib/retention/hold.ts';
import { ClosingRequest } from '../../lib/retention/matter.ts';
import { MonthOverview, OverviewParameters } from '../../lib/retention/overview.ts';
import { HoldParameters, MatterParameters, MatterShown } from '../../lib/retention/requests.ts';
import type { Operations } from './operation.ts';

const MOVING = ['forbidden', 'not-found', 'conflict', 'registry-unavailable'] as const;
const LOOKING = ['invalid-request', 'forbidden', 'evidence-unavailable', 'registry-unavailable'] as const;

export const RETENTION: Operations = {
  'GET /v1/matters': {
    id: 'listMatters',
    summary:
      'Matters that nobody has closed: of a caller those open longest first, of all callers one after the other. 未办结事项',
    scopes: [SCOPES.check, SCOPES.read, SCOPES.audit, SCOPES.admin],
    query: MatterParameters,
    answers: {
      200: { description: 'A page.', schema: z.object({ items: z.array(MatterShown), next: z.nullable(z.string()) }) },
    },
    problems: LOOKING,
  },
  'POST /v1/matters/{id}/closing': {
    id: 'closeMatter',
    summary: 'The matter is over: from this day its records are kept as long as the catalogue says. 办结',
    scopes: [SCOPES.check],
    body: ClosingRequest,
    answers: { 201: { description: 'Closed.', schema: MatterShown } },
    problems: ['invalid-request', ...MOVING],
  },
  'POST /v1/holds': {
    id: 'hold',
    summary: "Keeps a matter's records beyond their time; holds from now on, and another person approves. 保全",
    scopes: [SCOPES.audit],
    body: HoldRequest,
    answers: { 201: { description: 'Held.', schema: Hold } },
    problems: ['invalid-request', ...MOVING],
  },
  'GET /v1/holds': {
    id: 'listHolds',
    summary: 'Holds that wait for another person, or those of a state; proposed longest ago first. 保全清单',
    scopes: [SCOPES.audit, SCOPES.approve],
    query: HoldParameters,
    answers: {
      200: { description: 'A page.', schema: z.object({ items: z.array(Hold), next: z.nullable(z.string()) }) },
    },
    problems: LOOKING,
  },
  'GET /v1/holds/{id}': {
    id: 'readHold',
    summary: 'One hold.',
    scopes: [SCOPES.audit, SCOPES.approve],
    answers: { 200: { description: 'The hold.', schema: Hold } },
    problems: ['forbidden', 'not-found', 'registry-unavailable'],
  },
  'POST /v1/holds/{id}/approval': {
    id: 'approveHold',
    summary: 'Another person agrees with what is proposed: the hold, or its release.',
    scopes: [SCOPES.approve],
    answers: { 200: { description: 'In force, or released.', schema: Hold } },
    problems: MOVING,
  },
  'POST /v1/holds/{id}/release': {
    id: 'releaseHold',
    summary: 'Proposes that the hold ends; it holds until another person agrees. 解除保全',
    scopes: [SCOPES.audit],
    body: ReleaseRequest,
    answers: { 200: { description: 'Proposed.', schema: Hold } },
    problems: ['invalid-request', ...MOVING],
  },
  'GET /v1/retention/overview': {
    id: 'overviewOfDeletion',
    summary: 'How many matters’ records are to be deleted when: by month and scene. 到期总览',
    scopes: [SCOPES.audit, SCOPES.admin],
    query: OverviewParameters,
    answers: {
      200: {
        description: 'The months in which anything is.',
        schema: z.object({ from: z.string(), to: z.string(), months: z.array(MonthOverview) }),
      },
    },
    problems: LOOKING,
  },
  'GET /v1/retention/forecast': {
    id: 'forecastDeletion',
    summary: 'Matters whose records are to be deleted in a month, in the order of the days. 到期预告',
    scopes: [SCOPES.audit, SCOPES.admin],
    query: ForecastParameters,
    answers: {
      200: {
        description: 'A page; it may be short while `next` is not null.',
        schema: z.object({ month: z.string(), items: z.array(DueMatter), next: z.nullable(z.string()) }),
      },
    },
    problems: LOOKING,
  },
};
