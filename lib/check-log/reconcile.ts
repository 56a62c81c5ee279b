import { keyOf } from './named.ts';
import type { CheckFacts, Granted, Hindrance, Misfit } from './rests-on.ts';
import { hindranceOf, lastWordOn, misfitsOf, newestFirst } from './rests-on.ts';

/** One line of a list of what was granted. */
export interface GrantLine extends Granted {
  /** In the list, from 1. */
  readonly line: number;
  readonly reference: string | undefined;
  /** The check that the list says it rests on. */
  readonly checkId: string | undefined;
  /** The system that the list says it was granted by. */
  readonly caller: string | undefined;
}

/** What a line turned out to be. */
export const FINDING_KINDS = [
  'fine',
  'without-check',
  'before-check',
  'after-veto',
  'on-expired-check',
  'on-annulled-check',
  'undetermined',
  'in-several-scenes',
  'on-other-subject',
  'on-other-principal',
  'on-other-matter',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** The check that says so. */
  readonly check: CheckFacts | undefined;
}

/**
 * Holds a grant against the check that it names, and against whatever else was checked of its subject in its matter: a
 * list does not choose which check is looked at.
 */
export function againstNamed(line: GrantLine, check: CheckFacts | undefined, checks: readonly CheckFacts[]): Finding {
  if (!check) return { kind: 'without-check', check };
  const [misfit] = misfitsOf(line, check);
  if (misfit) return { kind: OF_MISFIT[misfit], check };
  const finding = restingOn(line, check, checks);
  if (!isFine(finding)) return finding;
  const elsewhere = checks.filter((other) => other.scene !== check.scene && misfitsOf(line, other).length === 0);
  return acrossScenes([finding, ...bySceneOf(line, elsewhere)]);
}

/**
 * Holds a grant against every check of its subject in its matter. It is fine where the gate would have taken it on one of
 * them; otherwise the last one made before it says what is wrong.
 */
export function againstAll(line: GrantLine, checks: readonly CheckFacts[]): Finding {
  const own = checks.filter((check) => misfitsOf(line, check).length === 0);
  if (own.length > 0) return acrossScenes(bySceneOf(line, own));
  for (const misfit of ['principal', 'subject'] as const) {
    const check = checks.find((each) => misfitsOf(line, each).join() === misfit);
    if (check) return { kind: OF_MISFIT[misfit], check };
  }
  return NOTHING;
}

const OF_MISFIT: Readonly<Record<Misfit, FindingKind>> = {
  subject: 'on-other-subject',
  principal: 'on-other-principal',
  matter: 'on-other-matter',
  lot: 'on-other-matter',
  scene: 'on-other-matter',
};

const OF_HINDRANCE: Readonly<Record<Hindrance, FindingKind>> = {
  'before-check': 'before-check',
  veto: 'after-veto',
  annulled: 'on-annulled-check',
  expired: 'on-expired-check',
  undetermined: 'undetermined',
  'determined-against': 'undetermined',
};

/** What the check says of a grant that rests on it, or whichever has the last word on it. */
function restingOn(line: GrantLine, check: CheckFacts, checks: readonly CheckFacts[]): Finding {
  for (const each of [check, lastWordOn(line, check, checks)]) {
    const hindrance = hindranceOf(line, each);
    if (hindrance) return { kind: OF_HINDRANCE[hindrance], check: each };
  }
  return { kind: 'fine', check };
}

/** What the checks of each scene say, the newest one first; all are of the grant's subject, principal, matter and lot. */
const bySceneOf = (line: GrantLine, checks: readonly CheckFacts[]): Finding[] =>
  [...Map.groupBy(newestFirst(line, checks), ({ scene }) => scene).values()].map((ofScene) => {
    const findings = ofScene.map((check) => restingOn(line, check, ofScene));
    return findings.find(isFine) ?? firstBefore(findings);
  });

/** Of the newest check that was made before the grant; where there is none, of the first that was made after it. */
const firstBefore = (findings: readonly Finding[]): Finding =>
  findings.find(({ kind }) => kind !== 'before-check') ?? findings.at(-1) ?? NOTHING;

const NOTHING: Finding = { kind: 'without-check', check: undefined };

/** In a light scene more is allowed: where a list does not say in which one it was granted, all of them have to allow it. */
function acrossScenes(findings: readonly Finding[]): Finding {
  const [fine, wrong] = [findings.find(isFine), findings.find((finding) => !isFine(finding))];
  if (!fine) return firstBefore(findings);
  return wrong ? { ...wrong, kind: 'in-several-scenes' } : fine;
}

const isFine = ({ kind }: Finding): boolean => kind === 'fine';

/** Whether a check that was good then came before the grant, whatever it said: 应用率. An expired or annulled one is none. */
const CHECKED: ReadonlySet<FindingKind> = new Set(['fine', 'after-veto', 'undetermined', 'in-several-scenes']);
export const isChecked = (kind: FindingKind): boolean => CHECKED.has(kind);

interface Coverage {
  granted: number;
  checked: number;
}

/** Counts of a reconciliation; those of its parts add up. */
export class Tally {
  readonly #kinds = new Map<FindingKind, number>(FINDING_KINDS.map((kind) => [kind, 0]));
  readonly #principals = new Map<string, Coverage>();
  readonly #callers = new Map<string, Coverage>();

  add(line: GrantLine, { kind, check }: Finding): void {
    this.#kinds.set(kind, (this.#kinds.get(kind) ?? 0) + 1);
    const checked = isChecked(kind);
    count(this.#principals, keyOf(line.principal), checked);
    count(this.#callers, check?.caller ?? line.caller ?? '', checked);
  }

  get kinds(): Record<string, number> {
    return Object.fromEntries(this.#kinds);
  }

  get coverage() {
    return {
      principals: [...this.#principals].map(([principal, counts]) => ({ principal, ...counts })),
      /** A line that names no caller, and whose subject nobody checked, is nobody's. */
      callers: [...this.#callers].map(([caller, counts]) => ({ caller: caller === '' ? null : caller, ...counts })),
    };
  }
}

function count(into: Map<string, Coverage>, key: string, checked: boolean): void {
  const counts = into.get(key) ?? { granted: 0, checked: 0 };
  counts.granted += 1;
  if (checked) counts.checked += 1;
  into.set(key, counts);
}
