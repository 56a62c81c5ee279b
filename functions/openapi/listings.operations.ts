import * as z from 'zod/mini';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { CalendarDate } from '../../lib/kernel/clock.ts';
import type { ProblemCode } from '../../lib/kernel/problem.ts';
import { Hearing, Identification, Mark, ObjectionCase, RepairCase, Revocation } from '../../lib/listing/case.ts';
import { ActivationRequest, DecisionRequest, HearingRequest } from '../../lib/listing/decision.ts';
import { ListingEntry } from '../../lib/listing/entry.ts';
import { EventRecord } from '../../lib/listing/event.ts';
import { IdentificationRequest } from '../../lib/listing/identification.ts';
import { MarkRequest } from '../../lib/listing/mark.ts';
import { AcceptanceRequest, ObjectionRequest, ResolutionRequest } from '../../lib/listing/objection.ts';
import { ListingProposal } from '../../lib/listing/proposal.ts';
import { RepairDecision, RepairRequest } from '../../lib/listing/repair.ts';
import { RevocationRequest } from '../../lib/listing/revocation.ts';
import { Listing } from '../../lib/listing/standing.ts';
import type { Operation, Operations } from './operation.ts';
import { PROPOSAL_DESCRIPTIONS } from './proposal-descriptions.ts';

const CaseShown = z.discriminatedUnion('kind', [
  z.omit(Hearing, { listingId: true }),
  z.omit(ObjectionCase, { listingId: true }),
  z.omit(RepairCase, { listingId: true }),
  z.omit(Revocation, { listingId: true }),
  z.omit(Mark, { listingId: true }),
  z.omit(Identification, { listingId: true }),
]);
const ListingShown = z.object({
  ...z.omit(Listing, { links: true, hearing: true }).shape,
  hearingUntil: z.optional(CalendarDate),
  phase: z.string(),
  allows: z.array(z.string()),
  routes: z.array(z.string()),
  ...z.partial(z.omit(ListingEntry, { linked: true, from: true, subject: true })).shape,
  /** Of a person who came with a file, the scheme alone is known. */
  subject: z.partial(ListingEntry.shape.subject),
  linkedPersons: z.optional(z.array(z.looseObject({ role: z.string(), citation: z.string() }))),
  cases: z.array(CaseShown),
  papersDeleted: z.optional(z.object({ deletedAt: z.iso.datetime(), rule: z.string() })),
});
const Events = z.object({
  listingId: z.string(),
  items: z.array(z.omit(EventRecord, { subject: true })),
});

const PROBLEMS: readonly ProblemCode[] = [
  'invalid-request',
  'forbidden',
  'not-found',
  'conflict',
  'registry-unavailable',
];

const onListing = (id: string, summary: string, body: z.ZodMiniType, ...scopes: string[]): Operation => ({
  id,
  summary,
  scopes,
  body,
  answers: { 200: { description: 'The listing as it is now, and what its state allows.', schema: ListingShown } },
  problems: PROBLEMS,
});
const onCase = (
  status: 200 | 201,
  id: string,
  summary: string,
  schema: typeof ObjectionCase | typeof RepairCase,
  body: z.ZodMiniType,
  ...scopes: string[]
): Operation => ({
  id,
  summary,
  scopes,
  body,
  answers: { [status]: { description: 'The case as it is now.', schema } },
  problems: PROBLEMS,
});

export const LISTINGS: Operations = {
  'POST /v1/listings': {
    id: 'proposeListing',
    summary: 'A steward proposes a listing: a candidate, which has no effect. 列入提议',
    scopes: [SCOPES.steward],
    body: ListingProposal,
    says: PROPOSAL_DESCRIPTIONS,
    answers: { 201: { description: 'A candidate.', schema: ListingShown } },
    problems: [...PROBLEMS, 'invalid-identifier'],
  },
  'GET /v1/listings/{id}': {
    id: 'readListing',
    summary: 'A listing with its papers, its cases, its state and what that allows.',
    scopes: [SCOPES.steward, SCOPES.approve, SCOPES.audit],
    answers: { 200: { description: 'The listing.', schema: ListingShown } },
    problems: ['forbidden', 'not-found'],
  },
  'GET /v1/listings/{id}/events': {
    id: 'readListingEvents',
    summary: 'What happened to a listing, oldest first, each event signed.',
    scopes: [SCOPES.steward, SCOPES.approve, SCOPES.audit],
    answers: { 200: { description: 'The events.', schema: Events } },
    problems: ['forbidden', 'not-found'],
  },
  'POST /v1/listings/{id}/publicity': onListing(
    'hearSubject',
    'The subject is heard: by publicity, or by a notice that was served, as the list has it. 公示或告知',
    HearingRequest,
    SCOPES.steward,
  ),
  'POST /v1/listings/{id}/decision': onListing(
    'decideListing',
    'Another person signs, after the period and with no objection open; or drops the candidate. 认定决定',
    DecisionRequest,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/activation': onListing(
    'activateListing',
    'What was decided comes into force; a black listing ends the subject’s red ones. 生效',
    ActivationRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/revocation': onListing(
    'revokeListing',
    'A steward proposes to revoke and says why by a code, an approver signs with an empty body; where the listing was wrong from the start, which may be said of one that has ended too, see GET /v1/remedies. 撤销',
    RevocationRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/identification': onListing(
    'identifySubject',
    'A steward proposes whose a listing under a name alone is, or is not, and others of that name with it; an approver signs all of it with an empty body; one that was mistaken is taken back in the same way, also after the listing has ended: see GET /v1/remedies. 主体认定',
    IdentificationRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/proceedings': onListing(
    'markProceedings',
    'Reconsideration or litigation is pending, or no longer: a steward proposes with the paper that says so, an approver signs with an empty body; shown by checks, the measures stay. 复议、诉讼',
    MarkRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/reorganisation': onListing(
    'markReorganisation',
    'A reorganisation lets the measures rest, or no longer: a steward proposes with the court’s paper, an approver signs with an empty body, and from then on it has effect. 重整',
    MarkRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/objections': onCase(
    201,
    'object',
    'An objection by the subject, a provider or on own discovery; each ground once. 异议',
    ObjectionCase,
    ObjectionRequest,
    SCOPES.steward,
  ),
  'POST /v1/objections/{id}/acceptance': onCase(
    200,
    'acceptObjection',
    'From its acceptance the measures rest, and checks say so. 异议受理',
    ObjectionCase,
    AcceptanceRequest,
    SCOPES.steward,
  ),
  'POST /v1/objections/{id}/resolution': onCase(
    200,
    'resolveObjection',
    'Upheld, corrected, rejected or withdrawn; where the listing was wrong, see GET /v1/remedies. 异议处理',
    ObjectionCase,
    ResolutionRequest,
    SCOPES.steward,
    SCOPES.approve,
  ),
  'POST /v1/listings/{id}/repairs': onCase(
    201,
    'requestRepair',
    'A request for repair with its evidence, in the time that the catalogue gives; never for a fee. 信用修复',
    RepairCase,
    RepairRequest,
    SCOPES.steward,
  ),
  'POST /v1/repairs/{id}/acceptance': onCase(
    200,
    'acceptRepair',
    'The request is taken up, or refused with the reason. 修复受理',
    RepairCase,
    AcceptanceRequest,
    SCOPES.steward,
  ),
  'POST /v1/repairs/{id}/decision': onCase(
    200,
    'decideRepair',
    'Another person approves, which ends the listing or lowers it to an ordinary one, or refuses. 修复决定',
    RepairCase,
    RepairDecision,
    SCOPES.approve,
  ),
};
