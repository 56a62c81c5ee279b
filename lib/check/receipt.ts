import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { Scheme } from '../subject/scheme.ts';
import { CheckAnswer } from './answer.ts';
import { answerWith } from './answer-bytes.ts';
import { recordDigest } from './digest.ts';
import type { ReceiptSignature } from './receipt-signature.ts';
import type { CheckRecord } from './record.ts';
import { SealHead } from './seal-head.ts';

export const RECEIPT_TYPE = 'grantgate-receipt+jws';

/** Signs what a receipt says. */
export interface ReceiptSigner {
  sign(payload: string): Promise<ReceiptSignature>;
}

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
  sources: CheckAnswer.shape.sources,
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

/** What of an answer is signed by itself. The reasons are not read: they may be many, and the digest covers them. */
const Signed = z.object({
  principal: z.object(Receipt.shape.principal.shape),
  matter: z.object(Receipt.shape.matter.shape),
  verdicts: z.array(
    z.object({
      subject: z.object({ scheme: Scheme, id: z.nullable(z.string()) }),
      outcome: Outcome,
      standingVersion: z.int(),
    }),
  ),
  catalogueVersion: z.string(),
  sources: CheckAnswer.shape.sources,
});

/** What the receipt of a check says, as the bytes that are signed. The same record gives the same bytes, always. */
export function receiptPayload(record: CheckRecord, ownDigest = recordDigest(record)): string {
  const erased = answerWith([], record);
  const { principal, matter, verdicts, catalogueVersion, sources } = Signed.parse(JSON.parse(erased));
  const receipt: Receipt = {
    id: record.id,
    caller: record.caller,
    scene: record.scene,
    principal,
    matter,
    question: record.fingerprint,
    outcome: Outcome.parse(record.outcome),
    subjects: verdicts.map(({ subject: { scheme, id }, outcome, standingVersion }) => ({
      scheme,
      ...(id !== null && { id }),
      outcome,
      standingVersion,
    })),
    catalogueVersion,
    headSequence: record.detail.headSequence,
    sources,
    sealHead: record.detail.sealHead,
    checkedAt: record.checkedAt,
    expiresAt: record.expiresAt,
    answer: createHash('sha256').update(erased).digest('base64url'),
    record: ownDigest,
  };
  return JSON.stringify(receipt);
}

/** The protected header of what is signed here: compact, its fields in this order. */
export const protectedHeader = (typ: string, kid: string) => ({ alg: 'EdDSA', typ, kid }) as const;

/** A receipt as a compact JWS. */
export const compactReceipt = (payload: string, { kid, signature }: ReceiptSignature): string =>
  `${encoded(JSON.stringify(protectedHeader(RECEIPT_TYPE, kid)))}.${encoded(payload)}.${signature}`;

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** The receipt of a record, put together again; undefined for a refused attempt, which has none. */
const receiptOf = (record: CheckRecord): string | undefined =>
  record.receipt && compactReceipt(receiptPayload(record), record.receipt);

/** The answer's bytes as they left, its receipt last; fields of a person that have been erased are `null`. */
export function answerOf(record: CheckRecord, receipt = receiptOf(record)): string {
  const answer = answerWith(record.persons, record);
  return receipt === undefined ? answer : `${answer.slice(0, -1)},"receipt":"${receipt}"}`;
}
