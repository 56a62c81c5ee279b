import * as z from 'zod/mini';
import { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { CheckAnswer } from '../../lib/check/answer.ts';
import { BatchItem, BatchQuestion, CheckQuestion, MAX_BATCH } from '../../lib/check/question.ts';
import { CallerApplication, CallerChange, RegisteredCaller } from '../../lib/check/registration.ts';
import { CheckDetail } from '../../lib/check-log/detail.ts';
import { Determination, DeterminationRequest } from '../../lib/check-log/determination.ts';
import { CheckSummary, SearchParameters, SearchRequest } from '../../lib/check-log/search.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { ProblemCode } from '../../lib/kernel/problem.ts';
import { AliasRequest } from '../../lib/listing/alias.ts';

/** What one route takes and gives. */
export interface Operation {
  readonly id: string;
  readonly summary: string;
  /** Any one of these scopes; none for what is open to everyone. */
  readonly scopes: readonly string[];
  readonly query?: z.ZodMiniType;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodMiniType;
  readonly answers: Readonly<Record<number, { readonly description: string; readonly schema: z.ZodMiniType }>>;
  readonly problems: readonly ProblemCode[];
}

const Fault = z.object({
  pointer: z.string(),
  code: z.string(),
  message: z.string(),
  position: z.optional(z.int()),
  character: z.optional(z.string()),
  suggestion: z.optional(z.string()),
});
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.optional(z.array(Fault)),
  attemptId: z.optional(z.string()),
  checkId: z.optional(z.string()),
});
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

/** What each route takes and gives, by its key in the gateway. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
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
    problems: ['invalid-request', 'forbidden'],
  },
  'POST /v1/checks/search': {
    id: 'searchChecksByBody',
    summary: 'The same search by a body, which may name a person.',
    scopes: [SCOPES.read, SCOPES.audit],
    body: SearchRequest,
    answers: { 200: { description: 'A page.', schema: SearchAnswer } },
    problems: ['invalid-request', 'forbidden'],
  },
  'GET /v1/checks/{id}': {
    id: 'readCheck',
    summary: 'One check with the listings that did not count and the guard that stopped each. 详情',
    scopes: [SCOPES.read, SCOPES.audit],
    answers: { 200: { description: 'The record.', schema: CheckDetail } },
    problems: ['forbidden', 'not-found'],
  },
  'POST /v1/checks/{id}/determination': {
    id: 'determine',
    summary: "A person's decision on an indeterminate check, appended to it. 人工认定",
    scopes: [SCOPES.determine],
    body: DeterminationRequest,
    answers: { 201: { description: 'Appended.', schema: z.extend(Determination, { checkId: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict'],
  },
  'GET /v1/catalogue': {
    id: 'readCatalogue',
    summary:
      'Scenes, domains, measures, sources, roles, relations, guards, notices, and what is switched off. 目录清单',
    scopes: [],
    answers: { 200: { description: 'The catalogue in force.', schema: z.looseObject({ version: z.string() }) } },
    problems: [],
  },
  'PUT /v1/catalogue': {
    id: 'publishCatalogue',
    summary: 'Publish a new version; a published one never changes.',
    scopes: [SCOPES.admin],
    body: Catalogue,
    answers: { 200: { description: 'In force.', schema: z.object({ version: z.string(), sequence: z.int() }) } },
    problems: ['invalid-request', 'forbidden', 'conflict'],
  },
  'PUT /v1/switches/{code}': {
    id: 'switch',
    summary: 'Switch a measure, a list or a source off or on, from the very next check. 停用开关',
    scopes: [SCOPES.admin],
    body: z.strictObject({ state: z.enum(['off', 'on']) }),
    answers: {
      200: { description: 'Switched.', schema: z.object({ code: z.string(), state: z.string(), sequence: z.int() }) },
    },
    problems: ['invalid-request', 'forbidden', 'not-found'],
  },
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
  'POST /v1/aliases': {
    id: 'signAlias',
    summary: 'A steward signs that identifiers are one subject, or that a failing code is in use. 标识对应',
    scopes: [SCOPES.steward],
    body: AliasRequest,
    answers: { 201: { description: 'Signed.', schema: z.object({ subject: z.string(), kind: z.string() }) } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'invalid-identifier'],
  },
  'GET /openapi.json': {
    id: 'describe',
    summary: 'This document.',
    scopes: [],
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
    problems: [],
  },
};
