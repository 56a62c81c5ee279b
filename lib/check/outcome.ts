import type { Outcome } from '../catalogue/vocabulary.ts';

/** Within a subject, heaviest first: a favour says more than a pass. */
const WITHIN_SUBJECT: readonly Outcome[] = ['veto', 'indeterminate', 'restrict', 'warn', 'favour', 'pass'];
/** Across the members of a consortium, heaviest first: a favour needs all of them. */
const ACROSS_MEMBERS: readonly Outcome[] = ['veto', 'indeterminate', 'restrict', 'warn', 'pass', 'favour'];

/** What each outcome obliges the caller to do. */
export const OBLIGATION = {
  pass: 'may-grant',
  favour: 'may-grant',
  warn: 'acknowledge',
  restrict: 'grant-conditionally',
  indeterminate: 'determine',
  veto: 'must-not-grant',
} as const satisfies Record<Outcome, string>;

/** The heaviest of what was found about one subject; `pass` where nothing was. */
export const ofSubject = (found: readonly Outcome[]): Outcome => heaviest(WITHIN_SUBJECT, found) ?? 'pass';

/** The outcome of the whole check: one bad member makes a bad consortium (政府采购法 24). */
export const ofMembers = (members: readonly Outcome[]): Outcome => heaviest(ACROSS_MEMBERS, members) ?? 'pass';

/** Sorts reasons, heaviest first. */
export const byWeight = (a: Outcome, b: Outcome): number => WITHIN_SUBJECT.indexOf(a) - WITHIN_SUBJECT.indexOf(b);

const heaviest = (order: readonly Outcome[], found: readonly Outcome[]): Outcome | undefined =>
  order.find((outcome) => found.includes(outcome));
