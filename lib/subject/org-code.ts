import { alphabetFaults, type FaultRule, faultAt, type IdentifierFault, lengthFault, withSuggestion } from './fault.ts';
import { maskedFault } from './masked.ts';
import { suggestRepair } from './repair.ts';

const ORG_CODE_LENGTH = 9;
const BODY_LENGTH = 8;

// GB 11714 uses all the letters, A=10 … Z=35. GB 32100 skips I O S V Z and counts the rest through to 30: the two
// tables are often confused, and agree up to H only.
const BODY_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const CHECK_ALPHABET = '0123456789X';
const LETTER_RADIX = 36;
const WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2] as const;
const MODULUS = 11;
const CHECK_TEN = 10;

const SHAPE = /^[0-9A-Z]{8}[0-9X]$/;
// GB 11714 leaves PDY00001 to PDY99999 to each system's own use: two systems give the same code to different bodies.
const PRIVATE = /^PDY(?!00000)[0-9]{5}/;

/** The check character of the eight characters before it (GB 11714): 0–9 or X. The body must be of the alphabet. */
export function orgCodeCheckCharacter(body: string): string {
  let sum = 0;
  for (let index = 0; index < BODY_LENGTH; index += 1) {
    sum += Number.parseInt(body.charAt(index), LETTER_RADIX) * (WEIGHTS[index] ?? 0);
  }
  const check = (MODULUS - (sum % MODULUS)) % MODULUS;
  return check === CHECK_TEN ? 'X' : String(check);
}

/** Whether the nine characters agree with their check character. */
export const orgCodeAgrees = (code9: string): boolean =>
  SHAPE.test(code9) && orgCodeCheckCharacter(code9) === code9.charAt(BODY_LENGTH);

/** Whether the code is of the range that must not be exchanged between systems. */
export const isPrivateOrgCode = (code9: string): boolean => PRIVATE.test(code9);

/** Every rule that a folded organisation code (组织机构代码, GB 11714) breaks; none for a good code. */
export function orgCodeFaults(value: string): readonly IdentifierFault[] {
  if (passes(value)) return [];
  const masked = maskedFault(value);
  if (masked !== undefined) return [masked];
  if (value.length !== ORG_CODE_LENGTH) {
    return [lengthFault(value, { zh: ' 9 位（连字符可省）', en: '9 characters, the hyphen left out' })];
  }
  const foreign = [
    ...alphabetFaults(value, BODY_ALPHABET, 0, BODY_LENGTH),
    ...alphabetFaults(value, CHECK_ALPHABET, BODY_LENGTH),
  ];
  if (foreign.length === 0 && isPrivateOrgCode(value)) return [privateRangeFault(value, 0)];
  const faults = foreign.length > 0 ? foreign : [orgCodeCheckFault('check-digit', value, value, BODY_LENGTH)];
  return withSuggestion(faults, () =>
    suggestRepair(value, {
      alphabet: BODY_ALPHABET,
      passes,
      doublyChecked: false,
      rechecks: (code) => [code.slice(0, BODY_LENGTH) + orgCodeCheckCharacter(code)],
    }),
  );
}

/** `index` is where the code's check character stands in `value`, which may be a whole unified social credit code. */
export function orgCodeCheckFault(rule: FaultRule, code9: string, value: string, index: number): IdentifierFault {
  const expected = orgCodeCheckCharacter(code9);
  return faultAt(rule, value, index, {
    zh: `组织机构代码校验码不符：第 ${index + 1} 位按 GB 11714 应为 ${expected}`,
    en: `the organisation code does not agree with its check character: character ${index + 1} would be ${expected} (GB 11714)`,
  });
}

/** `index` is where the organisation code starts in `value`. */
export const privateRangeFault = (value: string, index: number): IdentifierFault =>
  faultAt('private-range', value, index, {
    zh: 'PDY00001—PDY99999 为系统内部自用代码（GB 11714），不得用于交换',
    en: 'PDY00001 to PDY99999 are private to each system (GB 11714) and must not be exchanged',
  });

const passes = (value: string): boolean => orgCodeAgrees(value) && !isPrivateOrgCode(value);
