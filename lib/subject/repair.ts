/** What a scheme tells the repairer. */
export interface Repairable {
  /** Every character that any position may hold. */
  readonly alphabet: string;
  /** Whether the whole code passes every rule. */
  readonly passes: (value: string) => boolean;
  /** The code with one of its check characters computed anew, for each that it has. */
  readonly rechecks: (value: string) => readonly string[];
  /** Whether the code has two check characters, which together tell where the slip is. */
  readonly doublyChecked: boolean;
}

// GB 32100 leaves them out for their looks, and organisation codes follow since 2015.
const NEVER_GIVEN = 'OISZV';

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
 * it with the licence. The first of these steps that gives a code decides, and where it gives two there is no suggestion,
 * as one of them is someone else's:
 *
 * 1. with forbidden characters: each replaced by its likeliest look-alike (O→0, I→1, S→5, Z→2); else, where there is one
 *    only, whatever the check characters determine for it;
 * 2. one look-alike exchanged (B and 8, G and 6); with a single check digit only O I S Z V, which no registrar gives out;
 * 3. two neighbours exchanged;
 * 4. one check character, when all the rest agrees;
 * 5. any one character replaced.
 *
 * Where the code is doubly checked, 4 comes before 3: the one check that holds has proved the characters under it. With
 * a single check digit 4 would always have an answer.
 */
export function suggestRepair(value: string, code: Repairable): string | undefined {
  const forbidden = indices(value).filter((index) => !code.alphabet.includes(value.charAt(index)));
  if (forbidden.length > 0) return repairForbidden(value, forbidden, code);
  const swaps = neighbourSwaps(value);
  const rechecks = code.rechecks(value);
  const steps = code.doublyChecked ? [rechecks, swaps] : [swaps, rechecks];
  for (const step of [lookalikes(value, code), ...steps, substitutions(value, indices(value), code.alphabet)]) {
    const repaired = passing(step, code);
    if (repaired.size > 0) return onlyOne(repaired);
  }
  return undefined;
}

function repairForbidden(value: string, forbidden: readonly number[], code: Repairable): string | undefined {
  let likeliest = value;
  for (const index of forbidden) {
    likeliest = replaceAt(likeliest, index, LOOKALIKES[value.charAt(index)]?.charAt(0) ?? value.charAt(index));
  }
  if (code.passes(likeliest)) return likeliest;
  return forbidden.length === 1 ? onlyOne(passing(substitutions(value, forbidden, code.alphabet), code)) : undefined;
}

const passing = (candidates: Iterable<string>, code: Repairable): ReadonlySet<string> =>
  new Set(Iterator.from(candidates).filter((candidate) => code.passes(candidate)));

function onlyOne(repaired: ReadonlySet<string>): string | undefined {
  const [first] = repaired;
  return repaired.size === 1 ? first : undefined;
}

function* lookalikes(value: string, code: Repairable): Generator<string> {
  for (const index of indices(value)) {
    const read = value.charAt(index);
    if (!code.doublyChecked && !NEVER_GIVEN.includes(read)) continue;
    for (const other of LOOKALIKES[read] ?? '') yield replaceAt(value, index, other);
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

const indices = (value: string): number[] => Array.from({ length: value.length }, (_, index) => index);

const replaceAt = (value: string, index: number, character: string): string =>
  value.slice(0, index) + character + value.slice(index + 1);
