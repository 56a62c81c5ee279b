import type { Outcome } from '../catalogue/vocabulary.ts';
import type { Determination } from './determination.ts';

/** One line of a list of what was granted. */
export interface GrantLine {
  /** In the list, from 1. */
  readonly line: number;
  /** Under which keys the log may have checks of its subject. */
  readonly subjects: readonly string[];
  /** `<scheme>:<id>` in canonical form. */
  readonly principal: string;
  readonly matter: string;
  readonly lot: string | undefined;
  readonly scene: string | undefined;
  /** When it was granted: a moment, or a day from its first moment to its end. ISO 8601 UTC. */
  readonly from: string;
  readonly to: string;
  readonly reference: string | undefined;
  /** The check that the list says it rests on. */
  readonly checkId: string | undefined;
  /** The system that the list says it was granted by. */
  readonly caller: string | undefined;
}

/** What of a check decides whether a grant may rest on it. */
export interface CheckFacts {
  readonly id: string;
  readonly caller: string;
  readonly subjects: readonly string[];
  readonly principal: string;
  readonly matter: string;
  readonly lot: string | undefined;
  readonly scene: string;
  readonly checkedAt: string;
  readonly expiresAt: string;
  readonly outcome: Outcome;
  readonly annulled: boolean;
  readonly determinations: readonly Pick<Determination, 'at' | 'decision'>[];
}

/** What a line turned out to be, worst last but for `fine`. */
export const FINDING_KINDS = [
  'fine',
  'without-check',
  'before-check',
  'after-veto',
  'on-expired-check',
  'undetermined',
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

/** Holds a grant against the check that it names. */
export function againstNamed(line: GrantLine, check: CheckFacts | undefined): Finding {
  if (!check || check.annulled) return { kind: 'without-check', check };
  if (!line.subjects.some((key) => check.subjects.includes(key))) return { kind: 'on-other-subject', check };
  if (check.principal !== line.principal) return { kind: 'on-other-principal', check };
  if (!isOfMatter(line, check)) return { kind: 'on-other-matter', check };
  return judged(line, check);
}

/**
 * Holds a grant against every check of its subject in its matter: the last one made before it counts, as a fresh check
 * may differ from the one before.
 */
export function againstAll(line: GrantLine, checks: readonly CheckFacts[]): Finding {
  const ofMatter = checks.filter((check) => !check.annulled && isOfMatter(line, check));
  const own = ofMatter.filter(({ principal }) => principal === line.principal);
  const [foreign] = ofMatter;
  if (own.length === 0)
    return foreign ? { kind: 'on-other-principal', check: foreign } : { kind: 'without-check', check: undefined };
  const newestFirst = own.toSorted((a, b) => (a.checkedAt < b.checkedAt ? 1 : -1));
  const last = newestFirst.find(({ checkedAt }) => checkedAt < line.to);
  return last ? judged(line, last) : { kind: 'before-check', check: newestFirst.at(-1) };
}

/** A check of the whole matter covers each of its lots. */
const isOfMatter = (line: GrantLine, check: CheckFacts): boolean =>
  check.matter === line.matter &&
  (check.lot === undefined || check.lot === line.lot) &&
  (line.scene === undefined || check.scene === line.scene);

function judged(line: GrantLine, check: CheckFacts): Finding {
  if (check.checkedAt >= line.to) return { kind: 'before-check', check };
  if (check.outcome === 'veto') return { kind: 'after-veto', check };
  if (check.expiresAt <= line.from) return { kind: 'on-expired-check', check };
  const last = check.determinations.findLast(({ at }) => at < line.to);
  if (check.outcome === 'indeterminate' && last?.decision !== 'may-grant') return { kind: 'undetermined', check };
  return { kind: 'fine', check };
}

/** Whether the grant was checked before it was made, whatever came of it: 应用率. */
const CHECKED: ReadonlySet<FindingKind> = new Set(['fine', 'after-veto', 'undetermined']);
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
    count(this.#principals, line.principal, checked);
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
