import { faultAt, lengthFault } from './fault.ts';
import { GB11643_LENGTH, gb11643Faults } from './gb11643.ts';
import { maskedFault } from './masked.ts';
import type { NumberReading } from './resident-id.ts';

// 港澳台居民居住证申领发放办法 (国办发〔2018〕81号): Hong Kong 810000, Macao 820000, Taiwan 830000, then as GB 11643.
const ADDRESS_CODE = /^8[123]0000/;

/** A folded number of the residence permit for Hong Kong, Macao and Taiwan residents. */
export function readResidencePermit(value: string): NumberReading {
  const masked = maskedFault(value);
  if (masked !== undefined) return { ok: false, faults: [masked] };
  if (value.length !== GB11643_LENGTH) {
    return { ok: false, faults: [lengthFault(value, { zh: ' 18 位', en: '18 characters' })] };
  }
  const faults = gb11643Faults(value);
  if (!ADDRESS_CODE.test(value)) {
    faults.unshift(
      faultAt('structure', value, 0, {
        zh: '前 6 位应为 810000（香港）、820000（澳门）或 830000（台湾）',
        en: 'the first six characters must be 810000 (Hong Kong), 820000 (Macao) or 830000 (Taiwan)',
      }),
    );
  }
  return faults.length === 0 ? { ok: true, value } : { ok: false, faults };
}
