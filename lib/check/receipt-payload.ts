import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { Scheme } from '../subject/scheme.ts';
import { AnsweredSource } from './answered-source.ts';
import { SealHead } from './seal-head.ts';

const digest = z.string().check(z.regex(/^[\w-]{43}$/));

/**
 * 回执: what a signature vouches for. Ids, digests, outcomes, versions and times; of a person the scheme alone, so that
 * erasing a person's fields leaves nothing of them here.
 */
export const Receipt = z.strictObject({
  id: z.string(),
  caller: z.string(),
  scene: z.string(),
  principal: z.strictObject({ scheme: Scheme, id: z.string() }),
  matter: z.strictObject({ id: z.string(), lot: z.optional(z.string()) }),
  /** Keyed digest of the question: only who holds the key can tell which question it was. */
  question: z.string(),
  outcome: Outcome,
  subjects: z.array(
    z.strictObject({
      scheme: Scheme,
      /** Absent for a person. */
      id: z.optional(z.string()),
      outcome: Outcome,
      standingVersion: z.int(),
    }),
  ),
  catalogueVersion: z.string(),
  /** Which state of switches and sources the catalogue had. */
  headSequence: z.int(),
  sources: z.array(AnsweredSource),
  /** Of the last seal of the log: what was sealed by then cannot be signed anew without this telling. Null before the first. */
  sealHead: z.nullable(SealHead),
  checkedAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** SHA-256 of the answer without this receipt and with every person's id and name `null`. */
  answer: digest,
  /** Of the whole record: what a seal covers. */
  record: digest,
});
export type Receipt = z.infer<typeof Receipt>;
