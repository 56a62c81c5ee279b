import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { alphabetFaults, faultAt, type IdentifierFault } from './fault.ts';

/** The form that resident ids, residence permits and the 2023 card for foreigners share: 17 digits and a check character. */
export const GB11643_LENGTH = 18;
const BODY_LENGTH = 17;
const DIGITS = '0123456789';
const CHECK_ALPHABET = '0123456789X';
const BIRTH_START = 6;
const BIRTH_END = 14;
const CENTURY = /^(?:18|19|20)/;

// Σ aᵢ·2^(18−i) mod 11 picks the character (ISO 7064 MOD 11-2).
const CHECK_CHARACTERS = '10X98765432';
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2] as const;

/** The check character of the seventeen digits before it (GB 11643-1999). */
export function gb11643CheckCharacter(body: string): string {
  let sum = 0;
  for (let index = 0; index < BODY_LENGTH; index += 1) sum += Number(body.charAt(index)) * (WEIGHTS[index] ?? 0);
  return CHECK_CHARACTERS.charAt(sum % CHECK_CHARACTERS.length);
}

/**
 * The faults of 18 characters: alphabet, birth date, check character. No clock, so a birth date of tomorrow passes. The
 * message never says which check character is expected: with a guess at the rest it would give the number away.
 */
export function gb11643Faults(value: string): IdentifierFault[] {
  const foreign = [
    ...alphabetFaults(value, DIGITS, 0, BODY_LENGTH),
    ...alphabetFaults(value, CHECK_ALPHABET, BODY_LENGTH),
  ];
  if (foreign.length > 0) return foreign;
  const faults = birthDateFaults(value.slice(BIRTH_START, BIRTH_END), BIRTH_START);
  if (gb11643CheckCharacter(value) !== value.charAt(BODY_LENGTH)) {
    faults.push(
      faultAt('check-digit', value, BODY_LENGTH, {
        zh: '校验码不符：第 18 位与前 17 位不一致',
        en: 'the number does not agree with its check character, character 18',
      }),
    );
  }
  return faults;
}

/** `digits` is YYYYMMDD; `index` is where the date starts in the number as it was given. */
export function birthDateFaults(digits: string, index: number): IdentifierFault[] {
  const date = `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`;
  if (CENTURY.test(date) && z.safeParse(CalendarDate, date).success) return [];
  return [
    {
      rule: 'birth-date',
      position: index + 1,
      message: {
        zh: `第 ${index + 1} 位起的出生日期不是有效日期`,
        en: `the birth date from character ${index + 1} on is no date`,
      },
    },
  ];
}
