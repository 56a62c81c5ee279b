import { alphabetFaults, faultAt, type IdentifierFault, lengthFault, withSuggestion } from './fault.ts';
import { maskedFault } from './masked.ts';
import { suggestRepair } from './repair.ts';

const LENGTH = 15;
const BODY_LENGTH = 14;
const DIGITS = '0123456789';

// GS 15-2006: ISO 7064 hybrid system MOD 11,10.
const OUTER_MODULUS = 11;
const INNER_MODULUS = 10;
const SHAPE = /^[0-9]{15}$/;

// 农民专业合作社: division, NA, six digits, X. No standard at hand describes it; every such number of the 2019 sample
// (8 of 8) has this form with X at the end, which is therefore a fixed mark and not a check digit.
const COOPERATIVE = /^[0-9]{6}NA[0-9]{6}X$/;
const COOPERATIVE_MARK = /^[0-9]{6}N/;

/** The check digit of the fourteen digits before it. */
export function registrationNoCheckDigit(body: string): string {
  let product = INNER_MODULUS;
  for (let index = 0; index < BODY_LENGTH; index += 1) {
    const sum = (product + Number(body.charAt(index))) % INNER_MODULUS || INNER_MODULUS;
    product = (sum * 2) % OUTER_MODULUS;
  }
  return String((OUTER_MODULUS - product) % INNER_MODULUS);
}

/**
 * Every rule that a folded 15-character registration number (注册号, GS 15-2006) breaks; none for a good one. A farmers'
 * cooperative's number with NA and X has no check digit: its form is all that can be tested.
 */
export function registrationNoFaults(value: string): readonly IdentifierFault[] {
  if (passes(value)) return [];
  const masked = maskedFault(value);
  if (masked !== undefined) return [masked];
  if (value.length !== LENGTH) return [lengthFault(value, { zh: ' 15 位', en: '15 characters' })];
  if (COOPERATIVE_MARK.test(value)) return [cooperativeFault(value)];
  const foreign = alphabetFaults(value, DIGITS);
  const faults = foreign.length > 0 ? foreign : [checkFault(value)];
  return withSuggestion(faults, () =>
    suggestRepair(value, { alphabet: DIGITS, passes, rechecks, doublyChecked: false }),
  );
}

const rechecks = (value: string): string[] => [value.slice(0, BODY_LENGTH) + registrationNoCheckDigit(value)];

const passes = (value: string): boolean =>
  SHAPE.test(value) ? registrationNoCheckDigit(value) === value.charAt(BODY_LENGTH) : COOPERATIVE.test(value);

function checkFault(value: string): IdentifierFault {
  const expected = registrationNoCheckDigit(value);
  return faultAt('check-digit', value, BODY_LENGTH, {
    zh: `校验码不符：第 15 位按 GS 15-2006 应为 ${expected}`,
    en: `the number does not agree with its check digit: character 15 would be ${expected} (GS 15-2006)`,
  });
}

function cooperativeFault(value: string): IdentifierFault {
  const mark = 'DDDDDDNADDDDDDX';
  const fits = (index: number): boolean =>
    mark.charAt(index) === 'D' ? DIGITS.includes(value.charAt(index)) : value.charAt(index) === mark.charAt(index);
  const wrong = [...mark].findIndex((_, index) => !fits(index));
  return faultAt('structure', value, wrong, {
    zh: `第 ${wrong + 1} 位：农民专业合作社注册号应为 6 位数字、NA、6 位数字、X`,
    en: `character ${wrong + 1}: a farmers' cooperative's number is six digits, NA, six digits, X`,
  });
}
