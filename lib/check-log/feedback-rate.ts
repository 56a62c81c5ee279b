import * as z from 'zod/mini';
import { type CalendarDate, endOf, startOf, toIso } from '../kernel/clock.ts';
import { asksForFeedback } from './follow-up.ts';
import type { Tally } from './tally.ts';

const count = z.int().check(z.nonnegative());

/** 反馈率: of the checks of a period that ask for feedback, how many have some by now, and how many restrictions were annulled without. */
export const FeedbackRate = z.strictObject({ caller: z.string(), asked: count, answered: count, annulled: count });
export type FeedbackRate = z.infer<typeof FeedbackRate>;

/** Counts the checks of a caller, made from a moment on and before another, both ISO 8601 UTC. */
export interface AnsweredChecks {
  /** Those that have feedback. */
  answered(caller: string, from: string, to: string): Promise<number>;
  /** Those that were taken back and have none: they owe none. */
  annulled(caller: string, from: string, to: string): Promise<number>;
}

/** By caller; those that were asked for none are left out. */
export async function feedbackRates(
  tallies: readonly Tally[],
  {
    from,
    to,
    caller: only,
  }: { readonly from: CalendarDate; readonly to: CalendarDate; readonly caller?: string | undefined },
  answered: AnsweredChecks,
): Promise<FeedbackRate[]> {
  const asked = new Map<string, number>();
  for (const { caller, outcome, checks } of tallies.flatMap((tally) => tally.checks))
    if (asksForFeedback(outcome) && (only === undefined || only === caller))
      asked.set(caller, (asked.get(caller) ?? 0) + checks);
  return await Promise.all(
    [...asked]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(async ([caller, checks]) => ({
        caller,
        asked: checks,
        answered: await answered.answered(caller, toIso(startOf(from)), toIso(endOf(to))),
        annulled: await answered.annulled(caller, toIso(startOf(from)), toIso(endOf(to))),
      })),
  );
}
