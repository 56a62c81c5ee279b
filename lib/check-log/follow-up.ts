import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { RecordedOutcome } from '../check/record.ts';
import { type Instant, instant, parseInstant, toIso } from '../kernel/clock.ts';

const DAY_MS = 86_400_000;

/** 触发反馈: a check whose outcome asks for something to be done, until its caller says whether it was. */
export const FollowUp = z.strictObject({
  checkId: z.string(),
  caller: z.string(),
  scene: z.string(),
  outcome: z.enum(['veto', 'restrict']),
  checkedAt: z.iso.datetime(),
});
export type FollowUp = z.infer<typeof FollowUp>;

/** The outcomes that oblige the caller to something that can be carried out or not. */
export const asksForFeedback = (outcome: RecordedOutcome): outcome is FollowUp['outcome'] =>
  outcome === 'veto' || outcome === 'restrict';

/**
 * Those of which an annulment takes the duty away too: of a check that was asked wrongly there is no restriction to carry out.
 * A veto stays one (ADR 49), and so does what its caller owes an answer to: that it was not granted.
 */
export const owesNothingAnnulled = (outcome: RecordedOutcome): boolean =>
  asksForFeedback(outcome) && outcome !== 'veto';

/** Where follow-ups are kept, open until they are answered or, but for a veto, their check is annulled. */
export interface FollowUps {
  /** Opens one, unless it was opened or answered before. */
  open(followUp: FollowUp): Promise<void>;
  /** Its check has feedback: it is open no more, also where it is opened only later. */
  answered(checkId: string, caller: string, checkedAt: string): Promise<void>;
  /** Its check was taken back: there is nothing to carry out. What was answered before stays answered. */
  annulled(checkId: string, caller: string, checkedAt: string): Promise<void>;
}

export interface FollowUpReader {
  /** A caller's open ones, oldest check first, of checks made before a moment and after a position. */
  openOf(
    caller: string,
    before: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: readonly FollowUp[]; reached: string | undefined }>;
}

/** An answer line of `GET /v1/feedback/overdue`. */
export const Overdue = z.strictObject({ ...FollowUp.shape, dueAt: z.iso.datetime() });
export type Overdue = z.infer<typeof Overdue>;

/** The shortest term of the catalogue, in milliseconds; undefined where no scene asks for feedback. */
export function shortestTerm({ scenes }: Catalogue): number | undefined {
  const days = scenes.flatMap(({ feedbackDays }) => feedbackDays ?? []);
  return days.length === 0 ? undefined : Math.min(...days) * DAY_MS;
}

/** The one that is overdue, with the moment at which it was due; none where its scene asks for none, or not yet. */
export function overdue(followUp: FollowUp, { scenes }: Catalogue, now: Instant): Overdue[] {
  const days = scenes.find(({ code }) => code === followUp.scene)?.feedbackDays;
  if (days === undefined) return [];
  const dueAt = instant(parseInstant(followUp.checkedAt) + days * DAY_MS);
  return dueAt <= now ? [{ ...followUp, dueAt: toIso(dueAt) }] : [];
}
