import { keyOf } from './named.ts';
import type { CheckFacts, Granted, Hindrance, Misfit } from './rests-on.ts';
import { hindranceOf, lastWordsOn, lotsOf, misfitsOf, newestFirst } from './rests-on.ts';

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
  'in-several-lots',
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
 * Holds a grant against the check that it names, and against whatever else was checked of its subject and of the check's
 * other members in its matter: a list does not choose which check is looked at.
 */
export function againstNamed(line: GrantLine, check: CheckFacts | undefined, checks: readonly CheckFacts[]): Finding {
  if (!check) return { kind: 'without-check', check };
  const asNamed = { ...line, lot: line.lot ?? check.lot, scene: line.scene ?? check.scene };
  const [misfit] = misfitsOf(asNamed, check);
  if (misfit) return { kind: OF_MISFIT[misfit], check };
  const inLot =
    line.lot === undefined && check.lot === undefined ? checks.filter(({ lot }) => lot === undefined) : checks;
  const finding = restingOn(asNamed, check, inLot);
  if (!isFine(finding)) return finding;
  return acrossLots(line, [check, ...checks], (read, among) =>
    misfitsOf(read, check).length === 0 ? restingOn(read, check, among) : onBestOf(read, among),
  );
}

/**
 * Holds a grant against every check of its subject in its matter, and of the members that were checked with it. It is fine
 * where the gate would have taken it on one of them; otherwise the last one made before it says what is wrong.
 */
export function againstAll(line: GrantLine, checks: readonly CheckFacts[]): Finding {
  const all = newestFirst(line, checks);
  if (all.some((check) => fits(line, check))) return acrossLots(line, all, onBestOf);
  for (const wrong of ['', 'principal', 'subject'] as const) {
    // In another lot or scene it is a check all the same: that nobody asked cannot be said.
    const check = all.find((each) => misfitsOf({ ...line, lot: each.lot, scene: each.scene }, each).join() === wrong);
    if (check) return { kind: wrong === '' ? 'on-other-matter' : OF_MISFIT[wrong], check };
  }
  return NOTHING;
}

/** Where the list does not say the lot or the scene, any. */
const fits = (line: GrantLine, check: CheckFacts): boolean =>
  misfitsOf({ ...line, lot: line.lot ?? check.lot }, check).length === 0;

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
  for (const each of [check, ...lastWordsOn(line, check, checks)]) {
    const hindrance = hindranceOf(line, each);
    if (hindrance) return { kind: OF_HINDRANCE[hindrance], check: each };
  }
  return { kind: 'fine', check };
}

/** What the checks that fit say, the newest one first. */
function onBestOf(line: GrantLine, checks: readonly CheckFacts[]): Finding {
  const own = newestFirst(line, checks).filter((check) => misfitsOf(line, check).length === 0);
  const findings = own.map((check) => restingOn(line, check, checks));
  return findings.find(isFine) ?? firstBefore(findings);
}

/** Holds a line, with its lot and scene said, against checks. */
type Holding = (line: GrantLine, checks: readonly CheckFacts[]) => Finding;

/**
 * Where a list does not say in which lot it was granted, each lot that was checked before has to allow it, and any other
 * one where the whole matter was; with one lot only, it is that one.
 */
function acrossLots(line: GrantLine, checks: readonly CheckFacts[], hold: Holding): Finding {
  if (line.lot !== undefined) return acrossScenes(line, checks, hold);
  const own = checks.filter((check) => fits(line, check));
  const before = own.filter(({ checkedAt }) => checkedAt < line.to);
  const said = before.length > 0 ? before : own;
  const hasWhole = said.some(({ lot }) => lot === undefined);
  // A member that was checked in the whole matter may have been vetoed in a lot, by itself.
  const withMembers = checks.filter(
    (check) => check.checkedAt < line.to && check.subjects.some((subject) => fits({ ...line, subject }, check)),
  );
  const lots = lotsOf(hasWhole ? [...said, ...withMembers] : said);
  const findings = [...lots].map((lot) => acrossScenes({ ...line, lot }, checks, hold));
  const whole = checks.filter(({ lot }) => lot === undefined);
  if (hasWhole) findings.push(acrossScenes(line, whole, hold));
  return allOf(findings, 'in-several-lots');
}

/** In a light scene more is allowed: where a list does not say in which one it was granted, all of them have to allow it. */
function acrossScenes(line: GrantLine, checks: readonly CheckFacts[], hold: Holding): Finding {
  if (line.scene !== undefined) return hold(line, checks);
  const own = newestFirst(line, checks).filter((check) => misfitsOf(line, check).length === 0);
  const scenes = [...new Set(own.map(({ scene }) => scene))];
  return allOf(
    scenes.map((scene) => hold({ ...line, scene }, checks)),
    'in-several-scenes',
  );
}

function allOf(findings: readonly Finding[], disagreeing: FindingKind): Finding {
  const [fine, wrong] = [findings.find(isFine), findings.find((finding) => !isFine(finding))];
  if (!fine) return firstBefore(findings);
  return wrong ? { ...wrong, kind: wrong.kind === 'in-several-scenes' ? wrong.kind : disagreeing } : fine;
}

/** Of the newest check that was made before the grant; where there is none, of the first that was made after it. */
const firstBefore = (findings: readonly Finding[]): Finding =>
  findings.find(({ kind }) => kind !== 'before-check') ?? findings.at(-1) ?? NOTHING;

const NOTHING: Finding = { kind: 'without-check', check: undefined };

const isFine = ({ kind }: Finding): boolean => kind === 'fine';

/** Whether a check that was good then came before the grant, whatever it said: 应用率. An expired or annulled one is none. */
const CHECKED: ReadonlySet<FindingKind> = new Set([
  'fine',
  'after-veto',
  'undetermined',
  'in-several-scenes',
  'in-several-lots',
]);
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
