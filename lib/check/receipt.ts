import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { Scheme } from '../subject/scheme.ts';
import { answerWith, placeholder } from './answer-bytes.ts';
import { AnsweredSource } from './answered-source.ts';
import { recordDigest } from './digest.ts';
import type { Receipt } from './receipt-payload.ts';
import type { ReceiptSignature } from './receipt-signature.ts';
import type { CheckRecord } from './record.ts';

export const RECEIPT_TYPE = 'grantgate-receipt+jws';

/** Signs what a receipt says. */
export interface ReceiptSigner {
  sign(payload: string): Promise<ReceiptSignature>;
}

/** What of an answer is signed by itself. The reasons are not read: they may be many, and the digest covers them. */
const SignedAnswer = z.lazy(() =>
  z.object({
    principal: z.object({ scheme: Scheme, id: z.string() }),
    matter: z.object({ id: z.string(), lot: z.optional(z.string()) }),
    verdicts: z.array(
      z.object({
        subject: z.object({ scheme: Scheme, id: z.nullable(z.string()) }),
        outcome: Outcome,
        standingVersion: z.int(),
      }),
    ),
    catalogueVersion: z.string(),
    sources: z.array(AnsweredSource),
  }),
);
type SignedAnswer = z.infer<typeof SignedAnswer>;

/** What is at hand where a record has just been made; of a stored one it follows from the record. */
interface Made {
  readonly digest: string;
  /** With placeholders where a person's fields stand. */
  readonly answer: SignedAnswer;
}

/** What the receipt of a check says, as the bytes that are signed. The same record gives the same bytes, always. */
export function receiptPayload(record: CheckRecord, made?: Made): string {
  const erased = answerWith([], record);
  const said = made?.answer ?? SignedAnswer.parse(JSON.parse(erased));
  const { principal, matter } = said;
  const receipt: Receipt = {
    id: record.id,
    caller: record.caller,
    scene: record.scene,
    principal: { scheme: principal.scheme, id: principal.id },
    matter: { id: matter.id, ...(matter.lot !== undefined && { lot: matter.lot }) },
    question: record.fingerprint,
    outcome: Outcome.parse(record.outcome),
    subjects: said.verdicts.map(({ subject: { scheme, id }, outcome, standingVersion }, index) => ({
      scheme,
      ...(id !== null && id !== placeholder(record.nonce, index, 'id') && { id }),
      outcome,
      standingVersion,
    })),
    catalogueVersion: said.catalogueVersion,
    headSequence: record.detail.headSequence,
    sources: said.sources.map(({ id, freshAsOf, state }) => ({ id, freshAsOf, state })),
    sealHead: record.detail.sealHead,
    checkedAt: record.checkedAt,
    expiresAt: record.expiresAt,
    answer: createHash('sha256').update(erased).digest('base64url'),
    record: made?.digest ?? recordDigest(record),
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
