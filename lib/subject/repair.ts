/** What a scheme tells the repairer. */
export interface Repairable {
  /** Every character that any position may hold. */
  readonly alphabet: string;
  /** Whether the whole code passes every rule. */
  readonly passes: (value: string) => boolean;
  /** The code with its last character computed anew. */
  readonly recheck: (value: string) => string;
}

// Left: what was read or typed. Right: what it may have been, likeliest first. Cyrillic and Greek capitals come from
// keyboards and from text recognition; they look like Latin ones and are none.
const LOOKALIKES: Readonly<Record<string, string>> = {
  O: '0DQ',
  I: '1L',
  S: '58',
  Z: '27',
  V: 'UY',
  D: '0',
  Q: '0',
  L: '1',
  B: '8',
  G: '6',
  '0': 'DQ',
  '1': 'L',
  '8': 'B',
  '6': 'G',
  U: 'Y',
  Y: 'U',
  А: 'A',
  В: 'B8',
  Е: 'E',
  К: 'K',
  М: 'M',
  Н: 'H',
  О: '0',
  Р: 'P',
  С: 'C',
  Т: 'T',
  Х: 'X',
  У: 'Y',
  Α: 'A',
  Β: 'B8',
  Ε: 'E',
  Η: 'H',
  Κ: 'K',
  Μ: 'M',
  Ν: 'N',
  Ο: '0',
  Ρ: 'P',
  Τ: 'T',
  Χ: 'X',
  Υ: 'Y',
};

/**
 * One code that passes and is a likely slip away from `value`, or undefined. Only ever a suggestion: a person compares
 * it with the licence. In this order, each step only where it gives exactly one code:
 *
 * 1. with forbidden characters: each replaced by its likeliest look-alike (O→0, I→1, S→5, Z→2); else, where there is one
 *    only, whatever the check characters determine for it;
 * 2. one look-alike exchanged (B and 8, G and 6);
 * 3. two neighbours exchanged;
 * 4. the check character, when all the rest agrees;
 * 5. any one character replaced.
 */
export function suggestRepair(value: string, code: Repairable): string | undefined {
  const forbidden = Array.from(value, (_, index) => index).filter(
    (index) => !code.alphabet.includes(value.charAt(index)),
  );
  if (forbidden.length > 0) return repairForbidden(value, forbidden, code);
  return (
    onlyOne(lookalikeSwaps(value), code) ??
    onlyOne(neighbourSwaps(value), code) ??
    onlyOne([code.recheck(value)], code) ??
    onlyOne(
      substitutions(
        value,
        Array.from(value, (_, index) => index),
        code.alphabet,
      ),
      code,
    )
  );
}

function repairForbidden(value: string, forbidden: readonly number[], code: Repairable): string | undefined {
  let likeliest = value;
  for (const index of forbidden) {
    likeliest = replaceAt(likeliest, index, LOOKALIKES[value.charAt(index)]?.charAt(0) ?? value.charAt(index));
  }
  if (code.passes(likeliest)) return likeliest;
  return forbidden.length === 1 ? onlyOne(substitutions(value, forbidden, code.alphabet), code) : undefined;
}

function onlyOne(candidates: Iterable<string>, code: Repairable): string | undefined {
  let found: string | undefined;
  for (const candidate of candidates) {
    if (candidate === found || !code.passes(candidate)) continue;
    if (found !== undefined) return undefined;
    found = candidate;
  }
  return found;
}

function* lookalikeSwaps(value: string): Generator<string> {
  for (let index = 0; index < value.length; index += 1) {
    for (const other of LOOKALIKES[value.charAt(index)] ?? '') yield replaceAt(value, index, other);
  }
}

function* neighbourSwaps(value: string): Generator<string> {
  for (let index = 0; index + 1 < value.length; index += 1) {
    yield value.slice(0, index) + value.charAt(index + 1) + value.charAt(index) + value.slice(index + 2);
  }
}

function* substitutions(value: string, positions: readonly number[], alphabet: string): Generator<string> {
  for (const index of positions) {
    for (const other of alphabet) yield replaceAt(value, index, other);
  }
}

const replaceAt = (value: string, index: number, character: string): string =>
  value.slice(0, index) + character + value.slice(index + 1);
