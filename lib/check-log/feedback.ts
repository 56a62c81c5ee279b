import * as z from 'zod/mini';
import { keptText } from '../kernel/text.ts';
import { Signer } from './signer.ts';

/** 反馈, appended to its check. */
export const Feedback = z.strictObject({
  carriedOut: z.boolean(),
  why: z.optional(keptText(1_000)),
  note: z.optional(keptText(1_000)),
  at: z.iso.datetime(),
  by: Signer,
});
export type Feedback = z.infer<typeof Feedback>;
