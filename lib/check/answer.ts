import * as z from 'zod';
import { Effect, Grade, ListKind, NoticeCode, Outcome } from '../catalogue/vocabulary.ts';
import { Scheme } from '../subject/scheme.ts';
import { OBLIGATION } from './outcome.ts';

const isoTime = z.iso.datetime();

/** Why a listing counts: the listing, its document, the measure and its law, and what the subject can do. */
export const AnsweredReason = z.object({
  listingId: z.string(),
  list: ListKind,
  domain: z.string(),
  authority: z.string(),
  /** What the catalogue attaches to it here; where a doubt stands in a notice, the outcome is lighter. */
  effect: Effect,
  grade: Grade.nullable(),
  document: z.object({ number: z.string(), type: z.string(), issuedOn: z.string() }),
  measure: z.object({ code: z.string(), name: z.string(), legalBasis: z.string() }),
  inForceUntil: z.string().nullable(),
  repair: z.object({ repairable: z.boolean(), route: z.string() }),
  remedy: z.string(),
  via: z.object({ relation: z.string() }).optional(),
});
export type AnsweredReason = z.infer<typeof AnsweredReason>;

const Notice = z.object({ code: NoticeCode, listingId: z.string().optional(), text: z.string() });

/** A person's id is masked; both fields are null once they have been erased. */
const AnsweredSubject = z.object({
  scheme: Scheme,
  id: z.string().nullable(),
  name: z.string().nullable().optional(),
  role: z.string().optional(),
});

const Verdict = z.object({
  subject: AnsweredSubject,
  outcome: Outcome,
  standingVersion: z.int(),
  reasons: z.array(AnsweredReason),
  notices: z.array(Notice),
  /** Reasons beyond the heaviest that are shown; the whole is on the record. */
  omitted: z.int(),
});

/** The answer to a check, as it left. */
export const CheckAnswer = z.object({
  id: z.string(),
  outcome: Outcome,
  obligation: z.enum(Object.values(OBLIGATION)),
  checkedAt: isoTime,
  expiresAt: isoTime,
  scene: z.string(),
  principal: z.object({ scheme: Scheme, id: z.string(), name: z.string().optional() }),
  matter: z.looseObject({ id: z.string() }),
  caller: z.string(),
  /** As the caller asserts it. */
  operator: z.string(),
  purpose: z.string(),
  catalogueVersion: z.string(),
  verdicts: z.array(Verdict),
  sources: z.array(
    z.object({ id: z.string(), freshAsOf: z.string().nullable(), state: z.enum(['fresh', 'stale', 'missing']) }),
  ),
  statement: z.string(),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;
