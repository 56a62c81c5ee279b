/// <reference path="./opencc.d.ts" />
import { toSimplified } from './simplified.ts';

const PLAIN_IDENTIFIER = /^[0-9A-Z]*$/;
/** Nothing but the spelling of its characters is left to fold: what most names are made of. */
const PLAIN_NAME = /^[0-9A-Z()·\u4e00-\u9fff]*$/;
// Default_Ignorable covers zero-width characters, BOM, soft hyphen, direction marks, variation selectors and the
// Hangul fillers; the three after it draw nothing or a dash without the property: minus, box-drawing line, katakana ー.
const SEPARATORS = /[\s\p{Default_Ignorable_Code_Point}\p{Dash_Punctuation}\u2212\u2500\u30fc\u2800]/gu;
const INVISIBLE = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
const OPENING = /[\p{Open_Punctuation}<]/gu;
const CLOSING = /[\p{Close_Punctuation}>]/gu;
const MIDDLE_DOTS = /[\u00b7\u0387\u16eb\u2022\u2027\u2219\u22c5\u2e31\u2e33\u30fb]/gu;
// Upper-casing can undo NFKC and removing can bring a letter and its mark together; two rounds settle what Unicode has.
const MAX_ROUNDS = 8;

/**
 * The comparable form of a code: NFKC (full-width to ASCII), upper case, without spaces, hyphens and dashes of every
 * kind, zero-width characters and BOM. Idempotent; refuses nothing, as validation follows.
 */
export function foldIdentifier(raw: string): string {
  if (PLAIN_IDENTIFIER.test(raw)) return raw;
  return untilStable(raw, (text) => text.normalize('NFKC').replace(SEPARATORS, '').toUpperCase());
}

/**
 * The comparable form of a name, never shown: NFKC, Traditional → Simplified, every bracket as ( or ), every middle dot
 * as ·, Latin in upper case, no spaces and no invisible characters. Hyphens stay. Idempotent.
 */
export function foldName(raw: string): string {
  if (PLAIN_NAME.test(raw)) return toSimplified(raw);
  return untilStable(raw, (text) =>
    toSimplified(text.normalize('NFKC').replace(INVISIBLE, ''))
      .replace(OPENING, '(')
      .replace(CLOSING, ')')
      .replace(MIDDLE_DOTS, '·')
      .toUpperCase(),
  );
}

function untilStable(raw: string, step: (text: string) => string): string {
  let text = raw;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = step(text);
    if (next === text) break;
    text = next;
  }
  return text;
}
