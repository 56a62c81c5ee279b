import { alphabetFaults, faultAt, type IdentifierFault, lengthFault } from './fault.ts';
import { GB11643_LENGTH, gb11643Faults } from './gb11643.ts';
import { maskedFault } from './masked.ts';
import type { NumberReading } from './resident-id.ts';

const OLD_LENGTH = 15;
const COUNTRY_LENGTH = 3;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const DIGITS = '0123456789';
const FOREIGNER_MARK = '9';

/**
 * A folded number of the foreign permanent resident's card. Cards before December 2023: three letters and twelve
 * digits. Since then (国家移民管理局, 2023 版): 9, region, country in digits, birth date, sequence, and the check
 * character of GB 11643. The two numbers of one holder can't be computed from each other and are two keys.
 */
export function readForeignPermanentResidentId(value: string): NumberReading {
  const faults = numberFaults(value);
  if (faults.length === 0) return { ok: true, value };
  // Asked afterwards: XXX, the country of a person without one, is no mask.
  const masked = maskedFault(value);
  return { ok: false, faults: masked === undefined ? faults : [masked] };
}

function numberFaults(value: string): IdentifierFault[] {
  if (value.length === OLD_LENGTH) {
    return [...alphabetFaults(value, LETTERS, 0, COUNTRY_LENGTH), ...alphabetFaults(value, DIGITS, COUNTRY_LENGTH)];
  }
  if (value.length !== GB11643_LENGTH) {
    return [lengthFault(value, { zh: ' 18 位（旧版 15 位）', en: '18 characters (15 on older cards)' })];
  }
  const faults = gb11643Faults(value);
  if (!value.startsWith(FOREIGNER_MARK)) {
    faults.unshift(faultAt('structure', value, 0, { zh: '第 1 位应为 9', en: 'character 1 must be 9' }));
  }
  return faults;
}
