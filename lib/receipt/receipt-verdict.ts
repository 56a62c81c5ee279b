import * as z from 'zod/mini';
import { Receipt } from '../check/receipt-payload.ts';
import type { Language } from '../kernel/text.ts';
import { Refusal, type Refused, type Verified } from './verify.ts';

/** What `POST /verify` is given: the signed text, what stands in the code of a page, or the address in it. */
export const GivenReceipt = z.strictObject({ receipt: z.string() });

/** Whether a receipt is one of ours; of one that proves nothing not a word of what it claims. */
export const ReceiptVerdict = z.union([
  z.strictObject({ verdict: z.literal('verified'), kid: z.string(), receipt: Receipt }),
  z.strictObject({ verdict: Refusal, message: z.string() }),
]);
type ReceiptVerdict = z.infer<typeof ReceiptVerdict>;

export const verdictOn = (result: Verified<Receipt> | Refused, language: Language): ReceiptVerdict =>
  result.ok
    ? { verdict: 'verified', kid: result.kid, receipt: result.payload }
    : { verdict: result.code, message: result.message[language] };
