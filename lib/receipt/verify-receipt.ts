import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { RECEIPT_TYPE } from '../check/receipt.ts';
import { Receipt } from '../check/receipt-payload.ts';
import { isPersonScheme, Scheme } from '../subject/scheme.ts';
import type { KeySet } from './key-set.ts';
import { type Refused, type Verified, verify } from './verify.ts';

/** Whether a receipt was signed here, and what it says. */
export const verifyReceipt = (text: string, keys: KeySet): Promise<Verified<Receipt> | Refused> =>
  verify(text, { typ: RECEIPT_TYPE, schema: Receipt, signedAt: ({ checkedAt }) => checkedAt }, keys);

const AnswerWithReceipt = z.looseObject({ receipt: z.string() });
const Verdicts = z.array(z.looseObject({ subject: z.looseObject({ scheme: Scheme }) }));

/** Whether an answer, as its caller holds it, is the one that the receipt was given for. */
export function isAnswerOf({ answer: digest }: Receipt, answer: unknown): boolean {
  const whole = AnswerWithReceipt.safeParse(answer);
  if (!whole.success) return false;
  const { receipt: _, ...rest } = whole.data;
  const verdicts = Verdicts.safeParse(rest.verdicts);
  if (!verdicts.success) return false;
  const erased = { ...rest, verdicts: verdicts.data.map(withoutPerson) };
  return createHash('sha256').update(JSON.stringify(erased)).digest('base64url') === digest;
}

/** As a verdict reads once the person's fields have been erased: that is what the digest is over. */
function withoutPerson(verdict: z.infer<typeof Verdicts>[number]) {
  const { subject } = verdict;
  if (!isPersonScheme(subject.scheme)) return verdict;
  return { ...verdict, subject: { ...subject, id: null, ...('name' in subject && { name: null }) } };
}
