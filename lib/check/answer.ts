import * as z from 'zod/mini';
import { NoticeCode, Outcome } from '../catalogue/vocabulary.ts';
import { Scheme } from '../subject/scheme.ts';
import { AnsweredSource } from './answered-source.ts';
import { OBLIGATION } from './outcome.ts';
import { AnsweredReason } from './reason.ts';

const isoTime = z.iso.datetime();

const Notice = z.object({ code: NoticeCode, listingId: z.optional(z.string()), text: z.string() });

/** A person's id is masked; both fields are null once they have been erased. */
const AnsweredSubject = z.object({
  scheme: Scheme,
  id: z.nullable(z.string()),
  name: z.optional(z.nullable(z.string())),
  role: z.optional(z.string()),
});

/** One subject of an answer. */
export const Verdict = z.object({
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
  principal: z.object({ scheme: Scheme, id: z.string(), name: z.optional(z.string()) }),
  matter: z.looseObject({ id: z.string() }),
  caller: z.string(),
  /** As the caller asserts it. */
  operator: z.string(),
  purpose: z.string(),
  catalogueVersion: z.string(),
  verdicts: z.array(Verdict),
  sources: z.array(AnsweredSource),
  statement: z.string(),
  /** 回执: a compact JWS over what was asked and answered. */
  receipt: z.optional(z.string()),
});
export type CheckAnswer = z.infer<typeof CheckAnswer>;
