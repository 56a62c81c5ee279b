import type { Outcome } from '../catalogue/vocabulary.ts';
import { type Instant, instant } from '../kernel/clock.ts';
import type { Determination } from './determination.ts';
import { isSame, type Named } from './named.ts';

/** What was granted, as the gate is told of it or a list has it. */
export interface Granted {
  readonly subject: Named;
  readonly principal: Named;
  readonly matter: string;
  /** Undefined where it was granted in the whole matter, or a list does not say. */
  readonly lot: string | undefined;
  /** Undefined where a list does not say. */
  readonly scene: string | undefined;
  /** When it was granted: a moment, or a day from its first moment to its end. ISO 8601 UTC. */
  readonly from: string;
  readonly to: string;
}

/** The end of a grant's own moment: a check at that very moment was made before it. */
export const endOfMoment = (at: Instant): Instant => instant(at + 1);

/** How far another clock may be ahead of ours: a grant of this moment is none of the future. */
const CLOCK_SKEW_MS = 60_000;

export const liesAhead = (grantedAt: Instant, now: Instant): boolean => grantedAt > now + CLOCK_SKEW_MS;

/** What of a check decides whether a grant may rest on it. */
export interface CheckFacts {
  readonly id: string;
  readonly caller: string;
  /** In the order of the question. */
  readonly subjects: readonly Named[];
  readonly principal: Named;
  readonly matter: string;
  readonly lot: string | undefined;
  readonly scene: string;
  readonly checkedAt: string;
  readonly expiresAt: string;
  readonly outcome: Outcome;
  /** When it was taken back, the first time. ISO 8601 UTC. */
  readonly annulledAt: string | undefined;
  /** Oldest first. */
  readonly determinations: readonly Pick<Determination, 'at' | 'decision'>[];
}

/** In what a check is of something else than was granted. */
export type Misfit = 'subject' | 'principal' | 'matter' | 'lot' | 'scene';

/** All of them. A check of the whole matter covers each of its lots; a check of one lot covers no other. */
export function misfitsOf(grant: Granted, check: CheckFacts): Misfit[] {
  const fits: Record<Misfit, boolean> = {
    subject: check.subjects.some((subject) => isSame(subject, grant.subject)),
    principal: isSame(check.principal, grant.principal),
    matter: check.matter === grant.matter,
    lot: check.lot === undefined || check.lot === grant.lot,
    scene: grant.scene === undefined || check.scene === grant.scene,
  };
  return MISFITS.filter((each) => !fits[each]);
}
const MISFITS: readonly Misfit[] = ['subject', 'principal', 'matter', 'lot', 'scene'];

/** Why a check that fits does not allow the grant at its time. */
export type Hindrance = 'before-check' | 'veto' | 'annulled' | 'expired' | 'undetermined' | 'determined-against';

/**
 * By what was so when it was granted: what was determined or annulled later changes nothing. A day counts in the
 * granter's favour: it was granted after the checks and determinations of the day, and before its annulments.
 */
export function hindranceOf({ from, to }: Granted, check: CheckFacts): Hindrance | undefined {
  if (check.checkedAt >= to) return 'before-check';
  // An annulment takes away what a check allows, and lifts nothing: only a fresh check does.
  if (check.outcome === 'veto') return 'veto';
  if (check.annulledAt !== undefined && check.annulledAt <= from) return 'annulled';
  if (check.expiresAt <= from) return 'expired';
  if (check.outcome !== 'indeterminate') return undefined;
  const last = check.determinations.findLast(({ at }) => at < to);
  if (!last) return 'undetermined';
  // Of two in one millisecond the log's order says nothing: the one that does not allow it counts.
  const isAgainst = check.determinations.some(({ at, decision }) => at === last.at && decision !== 'may-grant');
  return isAgainst ? 'determined-against' : undefined;
}

/**
 * Whether a check that was made since has a say in a grant that rests on another one. Of another caller's checks it is a veto
 * that counts, and what lifts one; what another caller left undecided, or had a person decide, is its own affair.
 */
export const hasSay = (grant: Granted, check: CheckFacts, other: CheckFacts): boolean =>
  other.id !== check.id &&
  check.checkedAt <= other.checkedAt &&
  other.checkedAt < grant.to &&
  (other.caller === check.caller ||
    other.outcome === 'veto' ||
    (other.outcome !== 'indeterminate' && hindranceOf(grant, other) === undefined));

/**
 * The checks that have the last word on a grant that rests on one: for each member of it, and where the grant names no lot
 * for each lot, the last one made before the grant of that member, principal, matter, lot and scene, as a fresh check may
 * differ from the one before. A consortium is granted as a whole: a fresh check of one member says nothing of another.
 */
export function lastWordsOn(grant: Granted, check: CheckFacts, checks: readonly CheckFacts[]): readonly CheckFacts[] {
  const later = checks.filter((other) => hasSay(grant, check, other));
  const members = check.subjects.map((member) => (isSame(member, grant.subject) ? grant.subject : member));
  const lots = grant.lot === undefined ? [undefined, ...lotsOf(later)] : [grant.lot];
  const words = members.flatMap((subject) =>
    lots.map((lot) => {
      const asked = { ...grant, subject, lot, scene: check.scene };
      const own = later.filter((other) => misfitsOf(asked, other).length === 0);
      return newestFirst(grant, [check, ...own])[0] ?? check;
    }),
  );
  return [...new Set(words)];
}

/** The lots that checks are of by name. */
export const lotsOf = (checks: readonly CheckFacts[]): ReadonlySet<string> =>
  new Set(checks.flatMap(({ lot }) => lot ?? []));

/** Of two at one moment the one that does not allow it comes first. */
export const newestFirst = (grant: Granted, checks: readonly CheckFacts[]): CheckFacts[] =>
  checks.toSorted(
    (one, other) =>
      compare(other.checkedAt, one.checkedAt) ||
      Number(hindranceOf(grant, other) !== undefined) - Number(hindranceOf(grant, one) !== undefined),
  );

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
