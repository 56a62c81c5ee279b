import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { canonical } from '../kernel/canonical.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab, statedText } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';
import { Signer } from './signer.ts';

const MAX_ATTACHMENTS = 20;

/** A paper of the case: what it is called and its digest. The paper itself stays with whoever reports. */
const Attachment = z.strictObject({
  name: statedText(200),
  mediaType: z.string().check(z.maxLength(127), z.regex(/^[a-z]+\/[a-z0-9][a-z0-9.+-]*$/)),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

/** The body of `POST /v1/checks/<id>/cases`: what a measure that the check cites came to. */
export const CaseReportRequest = z.strictObject({
  /** Which of the check's subjects, from 0 in the order of its verdicts; needed where more than one has the measure. */
  subject: z.optional(z.int().check(z.nonnegative())),
  measure: kebab,
  /** The day on which it took effect, in Asia/Shanghai. */
  effectiveOn: CalendarDate,
  effect: statedText(1_000),
  attachments: z.array(Attachment).check(z.minLength(1), z.maxLength(MAX_ATTACHMENTS)),
});
export type CaseReportRequest = z.infer<typeof CaseReportRequest>;

/** 案例 (B18: subject, scene, measure, date, effect, attachments), appended to its check. */
export const CaseReport = z.strictObject({
  ...CaseReportRequest.shape,
  /** Which of the check's subjects, from 0. */
  subject: z.int(),
  scheme: Scheme,
  /** Null for a person, whose masked form is kept apart. */
  id: z.nullable(z.string()),
  caller: z.string(),
  scene: kebab,
  matter: z.string(),
  checkedAt: z.iso.datetime(),
  at: z.iso.datetime(),
  by: Signer,
});
export type CaseReport = z.infer<typeof CaseReport>;

/** A case as it is answered. */
export const ShownCase = z.extend(z.omit(CaseReport, { subject: true, scheme: true, id: true }), {
  checkId: z.string(),
  subject: z.strictObject({ scheme: Scheme, id: z.nullable(z.string()) }),
});
export type ShownCase = z.infer<typeof ShownCase>;

/** `masked` is what is left of a person's number; null once it has been erased. */
export const shownCase = (checkId: string, report: CaseReport, masked: string | undefined): ShownCase => {
  const { subject: _, scheme, id, ...said } = report;
  return { checkId, subject: { scheme, id: id ?? masked ?? null }, ...said };
};

/** The same words on the same check are one case, however often they are reported. */
export const caseDigest = (request: CaseReportRequest): string =>
  createHash('sha256').update(canonical(request)).digest('base64url');
