import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonical } from '../kernel/canonical.ts';
import { keptText } from '../kernel/text.ts';
import { Signer } from './signer.ts';

/** The body of `POST /v1/checks/<id>/feedback`: what the outcome obliged to was carried out, or not and why. */
export const FeedbackRequest = z.discriminatedUnion('carriedOut', [
  z.strictObject({ carriedOut: z.literal(true), note: z.optional(keptText(1_000)) }),
  z.strictObject({ carriedOut: z.literal(false), why: keptText(1_000) }),
]);

/** 反馈, appended to its check. */
export const Feedback = z.strictObject({
  carriedOut: z.boolean(),
  why: z.optional(keptText(1_000)),
  note: z.optional(keptText(1_000)),
  at: z.iso.datetime(),
  by: Signer,
});
export type Feedback = z.infer<typeof Feedback>;

/** Names what is said after all that was said before: the same words of the same signer twice at once are one note. */
export function feedbackId(before: readonly Feedback[], { at: _, ...said }: Feedback, checkedAt: string): string {
  const digest = createHash('sha256').update(canonical(said)).digest('base64url');
  return `${before.at(-1)?.at ?? checkedAt}-feedback-${String(before.length).padStart(INDEX_DIGITS, '0')}-${digest}`;
}
/** So that notes of one moment sort in the order in which they were appended. */
const INDEX_DIGITS = 6;

/** What was said last, where this says the same by the same signer: a report that is sent again is no second thought. */
export const saidBefore = (last: Feedback | undefined, next: Feedback): Feedback | undefined =>
  last && canonical({ ...last, at: next.at }) === canonical(next) ? last : undefined;
