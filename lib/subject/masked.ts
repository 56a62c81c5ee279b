import { faultAt, type IdentifierFault } from './fault.ts';

// What publishers write over a number: 91230199744****927K, 4301××××1234. NFKC has already made ＊ and ﹡ of it *.
const MASK_MARK = /[*×✕✖✱∗⁎●○■□█#]/u;
// XXXX is a mask too, but X is a letter of codes and a check digit, and a real code may hold two (…0ABGXX).
const MASK_RUN = /X{3,}/;
const NAME_MASK_MARK = /[*×✕✖✱∗⁎■□█]/u;

/** The fault of a code that somebody has masked. Ask only when the code fails: a run of X alone is no proof. */
export const maskedFault = (value: string): IdentifierFault | undefined =>
  firstMatch(value, MASK_MARK) ?? firstMatch(value, MASK_RUN);

/** The fault of a masked name, 张*三. ● and ○ are left alone: names use them as a middle dot and as a zero. */
export const maskedNameFault = (value: string): IdentifierFault | undefined => firstMatch(value, NAME_MASK_MARK);

function firstMatch(value: string, pattern: RegExp): IdentifierFault | undefined {
  const match = pattern.exec(value);
  if (match === null) return undefined;
  return faultAt('masked', value, match.index, {
    zh: `第 ${match.index + 1} 位起已脱敏，不能据此认定主体，请提供完整号码或名称`,
    en: `masked from character ${match.index + 1} on: a masked value identifies nobody, give it in full`,
  });
}
