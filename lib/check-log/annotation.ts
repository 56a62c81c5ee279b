import * as z from 'zod/mini';
import { type Instant, toIso } from '../kernel/clock.ts';
import { keptText } from '../kernel/text.ts';
import { Signer } from './signer.ts';

/** The body of `POST /v1/checks/<id>/annotations`. */
export const AnnotationRequest = z.strictObject({ text: keptText(2_000) });

/** 批注: what an auditor noted at a check. Appended, never edited; callers do not see it. */
export const Annotation = z.strictObject({ ...AnnotationRequest.shape, at: z.iso.datetime(), by: Signer });
type Annotation = z.infer<typeof Annotation>;

/** An annotation as it is appended. */
export const annotate = ({ text }: z.infer<typeof AnnotationRequest>, by: Signer, now: Instant): Annotation => ({
  text,
  at: toIso(now),
  by,
});
