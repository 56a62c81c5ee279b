import { alphabetFaults, faultAt, type IdentifierFault, lengthFault } from './fault.ts';
import { birthDateFaults, GB11643_LENGTH, gb11643CheckCharacter, gb11643Faults } from './gb11643.ts';
import { maskedFault } from './masked.ts';

/** A number as it is kept, or what is wrong with it. */
export type NumberReading =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly faults: readonly IdentifierFault[] };

const OLD_LENGTH = 15;
const DIGITS = '0123456789';
const DIVISION_LENGTH = 6;
const BIRTH_START = 6;
const OLD_BIRTH_END = 12;
// The 15-digit form (GB 11643-1989) was last issued in 1999.
const OLD_CENTURY = '19';
const REGION = /^[1-8]/;
const PERMIT_REGION = /^8[123]0000/;

/**
 * A folded resident id (公民身份号码, GB 11643-1999), or its 15-digit form, which is made into the 18: both are one
 * person. The division is checked for its first digit only. Numbers that belong to another scheme are refused and the
 * scheme is named: under two schemes one person would have two keys.
 */
export function readResidentId(value: string): NumberReading {
  const masked = maskedFault(value);
  if (masked !== undefined) return { ok: false, faults: [masked] };
  if (value.length === OLD_LENGTH) return readOldForm(value);
  if (value.length !== GB11643_LENGTH) {
    return { ok: false, faults: [lengthFault(value, { zh: ' 18 位或 15 位', en: '18 or 15 characters' })] };
  }
  const faults = [...regionFaults(value), ...gb11643Faults(value)];
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults };
}

function readOldForm(value: string): NumberReading {
  const foreign = alphabetFaults(value, DIGITS);
  if (foreign.length > 0) return { ok: false, faults: foreign };
  const faults = [
    ...regionFaults(value),
    ...birthDateFaults(OLD_CENTURY + value.slice(BIRTH_START, OLD_BIRTH_END), BIRTH_START),
  ];
  if (faults.length > 0) return { ok: false, faults };
  const body = value.slice(0, DIVISION_LENGTH) + OLD_CENTURY + value.slice(DIVISION_LENGTH);
  return { ok: true, value: body + gb11643CheckCharacter(body) };
}

function regionFaults(value: string): IdentifierFault[] {
  if (PERMIT_REGION.test(value)) {
    return [
      faultAt('structure', value, 0, {
        zh: '以 810000、820000、830000 开头的是港澳台居民居住证，请用 residence-permit-hmt',
        en: '810000, 820000 and 830000 begin residence permits: use residence-permit-hmt',
      }),
    ];
  }
  if (REGION.test(value)) return [];
  return [
    faultAt('structure', value, 0, {
      zh: '第 1 位应为 1—8；以 9 开头的是外国人永久居留身份证，请用 foreign-permanent-resident-id',
      en: 'character 1 must be 1 to 8; 9 begins a permanent resident card: use foreign-permanent-resident-id',
    }),
  ];
}
