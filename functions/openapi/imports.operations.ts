import * as z from 'zod/mini';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Conflict, ConflictQuery } from '../../lib/intake/conflict.ts';
import {
  Against,
  ConflictCounts,
  Counts,
  FaultCounts,
  ImportOrder,
  ImportState,
  PlanSummary,
} from '../../lib/intake/import.ts';
import { ImportsQuery } from '../../lib/intake/import-view.ts';
import { ApprovalRequest } from '../../lib/intake/propose.ts';
import { ImportSummary } from '../../lib/intake/source-state.ts';
import { SubjectKey } from '../../lib/subject/key.ts';
import type { Operations } from './operation.ts';

const Rate = z.nullable(z.number());

const ImportBody = z.object({
  id: z.string(),
  state: ImportState,
  profile: z.string(),
  source: z.string(),
  mode: z.string(),
  asOf: z.string(),
  file: z.object({ name: z.string(), size: z.int() }),
  options: z.optional(z.looseObject({})),
  proposedBy: z.string(),
  approvedBy: z.optional(z.string()),
  declinedBy: z.optional(z.string()),
  createdAt: z.string(),
  progress: z.optional(z.object({ stage: z.enum(['reading', 'comparing', 'writing']), done: z.int(), of: z.int() })),
  plan: z.optional(PlanSummary),
  result: z.optional(Counts),
  terms: z.optional(
    z
      .object({ inForce: z.int(), over: z.int(), toCome: z.int() })
      .check(
        z.describe(
          'Rows taken in or found unchanged, by where today is in their terms: known once the import is done.',
        ),
      ),
  ),
  faults: z.optional(FaultCounts),
  conflicts: z.optional(ConflictCounts),
  refusal: z.optional(z.object({ code: z.string(), detail: z.string() })),
  quarantine: z.optional(z.url()),
  planFile: z.optional(z.url()),
});

const Proposed = z.extend(ImportBody, {
  upload: z.object({
    method: z.literal('PUT'),
    url: z.url(),
    headers: z.record(z.string(), z.string()),
    expiresAt: z.string(),
  }),
});

const Sources = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      freshness: z.object({
        freshAsOf: z.nullable(z.string()),
        maxAgeHours: z.int(),
        ageHours: Rate,
        state: z.enum(['fresh', 'stale', 'missing']),
      }),
      lateness: z.object({ lateHours: Rate, deliveries: z.int(), lateDeliveries: z.int() }),
      rowsRead: z.int(),
      completeness: Rate,
      quarantined: Rate,
      formatFaults: Rate,
      masked: Rate,
      duplicateAndWrongCode: z.object({ rate: Rate, bar: z.number(), met: z.nullable(z.boolean()) }),
      disagreements: z.int(),
      against: Against,
      termsDiffer: z.int(),
      faults: FaultCounts,
      importing: z.nullable(z.string()),
      imports: z.array(ImportSummary),
    }),
  ),
});

export const IMPORTS: Operations = {
  'POST /v1/imports': {
    id: 'proposeImport',
    summary:
      'Announce a list file, and get an address to upload it to; the upload starts the import. 提交名单文件，上传即开始',
    scopes: [SCOPES.admin],
    body: ImportOrder,
    answers: { 201: { description: 'Awaits its upload.', schema: Proposed } },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
  'GET /v1/imports': {
    id: 'listImports',
    summary:
      'Imports, newest first: with `state=awaiting-approval` those that wait for another person, each with what it would change. Progress, and links to the files, are with each import. 待批准导入一览',
    scopes: [SCOPES.admin, SCOPES.approve],
    query: ImportsQuery,
    answers: {
      200: { description: 'A page.', schema: z.object({ items: z.array(ImportBody), next: z.nullable(z.string()) }) },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
  'GET /v1/imports/{id}': {
    id: 'readImport',
    summary: 'How far an import has come, what it would change or has changed, and where its quarantine file is.',
    scopes: [SCOPES.admin, SCOPES.approve],
    answers: { 200: { description: 'The import.', schema: ImportBody } },
    problems: ['forbidden', 'not-found', 'registry-unavailable'],
  },
  'POST /v1/imports/{id}/approval': {
    id: 'approveImport',
    summary:
      'Approve or decline an import that starts, changes or ends black listings; nobody approves their own. 批准导入',
    scopes: [SCOPES.approve],
    body: ApprovalRequest,
    mayLackBody: true,
    answers: { 200: { description: 'It is being carried out, or was declined.', schema: ImportBody } },
    problems: ['invalid-request', 'forbidden', 'not-found', 'conflict', 'registry-unavailable'],
  },
  'GET /v1/sources': {
    id: 'readSources',
    summary: 'How good every source is: freshness, lateness, completeness, faults, contradictions. 来源质量',
    scopes: [SCOPES.admin, SCOPES.approve, SCOPES.steward, SCOPES.audit],
    answers: { 200: { description: 'All sources of the catalogue.', schema: Sources } },
    problems: ['forbidden', 'registry-unavailable'],
  },
  'GET /v1/conflicts': {
    id: 'readConflicts',
    summary: 'What contradicts itself across files, for a steward to settle; nothing of it is guessed. 标识冲突',
    scopes: [SCOPES.steward],
    query: ConflictQuery,
    answers: {
      200: {
        description: 'A page.',
        schema: z.object({
          items: z.array(
            z.extend(z.object(Conflict.shape), { since: z.string(), alike: z.optional(z.array(SubjectKey)) }),
          ),
          next: z.nullable(z.string()),
        }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
};
