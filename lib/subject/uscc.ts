import { pairFault, registrationPairs } from './departments.ts';
import { alphabetFaults, faultAt, type IdentifierFault, lengthFault, withSuggestion } from './fault.ts';
import { maskedFault } from './masked.ts';
import {
  isPrivateOrgCode,
  orgCodeAgrees,
  orgCodeCheckCharacter,
  orgCodeCheckFault,
  privateRangeFault,
} from './org-code.ts';
import { suggestRepair } from './repair.ts';

const LENGTH = 18;
const BODY_LENGTH = 17;
const DIVISION_START = 2;
const DIVISION_END = 8;
const ORG_CODE_END = 17;
const ORG_CODE_LENGTH_ALONE = 9;
const REGISTRATION_NO_LENGTH = 15;

// GB 32100: no I O S V Z. A character's place here is its value, 0 to 30.
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
const DIGITS = '0123456789';
const MODULUS = ALPHABET.length;
const SHAPE = /^[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/;
// 3^(i−1) mod 31
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;

const VALUE_OF: ReadonlyMap<string, number> = new Map([...ALPHABET].map((character, value) => [character, value]));

export interface UsccReading {
  /** Empty for a good code. */
  readonly faults: readonly IdentifierFault[];
  /** The code is of the right form and fails a check digit or the department's table: codes in use do, and can be attested. */
  readonly attestable: boolean;
}

/** The check character of the seventeen before it (GB 32100-2015), which must be of the alphabet. A remainder of 0 gives 0. */
export function usccCheckCharacter(body: string): string {
  let sum = 0;
  for (let index = 0; index < BODY_LENGTH; index += 1) {
    sum += (VALUE_OF.get(body.charAt(index)) ?? 0) * (WEIGHTS[index] ?? 0);
  }
  return ALPHABET.charAt((MODULUS - (sum % MODULUS)) % MODULUS);
}

/** 主体标识码: characters 9 to 17, which are the organisation code and the key of the subject. */
export const orgCodeOf = (uscc: string): string => uscc.slice(DIVISION_END, ORG_CODE_END);

/**
 * Every rule that a folded unified social credit code breaks (GB 32100-2015 with amendment 1; GB 11714 within it). The
 * division is checked as six digits only: codes of abolished divisions stay in use.
 */
export function readUscc(value: string): UsccReading {
  if (passes(value)) return { faults: [], attestable: false };
  const masked = maskedFault(value);
  if (masked !== undefined) return { faults: [masked], attestable: false };
  if (value.length !== LENGTH) return { faults: [lengthFault(value, expectedLength(value))], attestable: false };
  const foreign = alphabetFaults(value, ALPHABET);
  const division = foreign.length > 0 ? [] : divisionFaults(value);
  const secret = isPrivateOrgCode(orgCodeOf(value));
  if (secret) return { faults: [privateRangeFault(value, DIVISION_END)], attestable: false };
  const faults = foreign.length > 0 ? foreign : [...structureFaults(value), ...division, ...checkFaults(value)];
  return {
    faults: withSuggestion(faults, () =>
      suggestRepair(value, { alphabet: ALPHABET, passes, rechecks, doublyChecked: true }),
    ),
    attestable: foreign.length === 0 && division.length === 0,
  };
}

function passes(value: string): boolean {
  if (!SHAPE.test(value) || !registrationPairs().has(value.slice(0, DIVISION_START))) return false;
  const code9 = orgCodeOf(value);
  return usccCheckCharacter(value) === value.charAt(BODY_LENGTH) && orgCodeAgrees(code9) && !isPrivateOrgCode(code9);
}

const rechecks = (value: string): string[] => [
  value.slice(0, BODY_LENGTH) + usccCheckCharacter(value),
  value.slice(0, ORG_CODE_END - 1) + orgCodeCheckCharacter(orgCodeOf(value)) + value.slice(ORG_CODE_END),
];

function structureFaults(value: string): IdentifierFault[] {
  const fault = pairFault(value.charAt(0), value.charAt(1));
  return fault === undefined ? [] : [faultAt('structure', value, fault.index, fault.message)];
}

function divisionFaults(value: string): IdentifierFault[] {
  return alphabetFaults(value, DIGITS, DIVISION_START, DIVISION_END).map((fault) => ({
    ...fault,
    rule: 'division',
    message: {
      zh: `第 ${fault.position} 位：行政区划码应为 6 位数字（GB/T 2260）`,
      en: `character ${fault.position}: the division is six digits (GB/T 2260)`,
    },
  }));
}

function checkFaults(value: string): IdentifierFault[] {
  const faults: IdentifierFault[] = [];
  const code9 = orgCodeOf(value);
  if (!orgCodeAgrees(code9)) faults.push(orgCodeCheckFault('organisation-code', code9, value, ORG_CODE_END - 1));
  const expected = usccCheckCharacter(value);
  if (expected !== value.charAt(BODY_LENGTH)) {
    faults.push(
      faultAt('check-digit', value, BODY_LENGTH, {
        zh: `校验码不符：第 18 位按 GB 32100 应为 ${expected}`,
        en: `the code does not agree with its check character: character 18 would be ${expected} (GB 32100)`,
      }),
    );
  }
  return faults;
}

function expectedLength(value: string): { zh: string; en: string } {
  if (value.length === ORG_CODE_LENGTH_ALONE) {
    return { zh: ' 18 位（9 位的组织机构代码请用 org-code）', en: '18 characters (9 are an org-code)' };
  }
  if (value.length === REGISTRATION_NO_LENGTH) {
    return { zh: ' 18 位（15 位的注册号请用 registration-no）', en: '18 characters (15 are a registration-no)' };
  }
  return { zh: ' 18 位', en: '18 characters' };
}
