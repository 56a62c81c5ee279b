import { passportCountry } from './countries.ts';
import { alphabetFaults, type IdentifierFault, lengthFault } from './fault.ts';
import { foldIdentifier } from './fold.ts';
import { maskedFault } from './masked.ts';

export type PassportReading =
  | { readonly ok: true; readonly value: string; readonly country: string }
  | { readonly ok: false; readonly faults: readonly IdentifierFault[] };

const MIN_LENGTH = 5;
const MAX_LENGTH = 17;
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/**
 * A folded passport number with the country that issued it, ISO 3166-1 alpha-2 or alpha-3 or a code of ICAO 9303; alpha-3
 * is kept. Numbers have no common form and no check digit: 5 to 17 letters and digits, unique within the country only.
 */
export function readPassport(value: string, rawCountry: string | undefined): PassportReading {
  const country = passportCountry(foldIdentifier(rawCountry ?? ''));
  const faults = numberFaults(value);
  if (country === undefined) faults.push(countryFault(rawCountry));
  return country !== undefined && faults.length === 0 ? { ok: true, value, country } : { ok: false, faults };
}

function numberFaults(value: string): IdentifierFault[] {
  const masked = maskedFault(value);
  if (masked !== undefined) return [masked];
  if (value.length < MIN_LENGTH || value.length > MAX_LENGTH) {
    return [lengthFault(value, { zh: ' 5—17 位', en: '5 to 17 characters' })];
  }
  return alphabetFaults(value, ALPHABET);
}

function countryFault(raw: string | undefined): IdentifierFault {
  return raw === undefined
    ? {
        rule: 'country',
        message: { zh: '护照须注明签发国家或地区', en: 'a passport needs the country that issued it' },
      }
    : {
        rule: 'country',
        message: {
          zh: '签发国家或地区不是 ISO 3166-1 代码',
          en: 'the issuing country is not a code of ISO 3166-1',
        },
      };
}
