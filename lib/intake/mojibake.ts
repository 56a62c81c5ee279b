/** What a decoder puts where it could not read: the text is damaged for good (S17). */
export const DAMAGED = '\ufffd';

// UTF-8 that somebody has saved with the replacement character in GBK, fresh memory of a debugger, and a mark in GBK.
const WELL_KNOWN = /\ufffd|锟斤拷|烫烫烫|屯屯屯|锘縄|锘匡/;
// The bytes 80 to 9F as Windows-1252 shows them.
const WINDOWS_1252 = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
// UTF-8 read as Latin-1 or Windows-1252: å…¬å¸. Three bytes are a Chinese character.
const UTF8_AS_LATIN = new RegExp(`[\\u00e3-\\u00ef][\\u0080-\\u00bf${WINDOWS_1252}]{2}`);
// GBK read as Latin-1: ¹«Ë¾. No language has four such in a row.
const GBK_AS_LATIN = /[\u00a1-\u00ff]{4}/;
const ASCII = /^[\0-\x7f]*$/;

const LEAD_FIRST = 0x81;
const CONTINUATION_FIRST = 0x80;
const CONTINUATION_LAST = 0xbf;
// The first of the three bytes of the usual Chinese characters.
const CHINESE_FIRST = 0xe4;
const CHINESE_LAST = 0xe9;

let utf8AsGbk: RegExp | undefined;

/**
 * Whether a text shows the marks of having been read in a wrong encoding: U+FFFD, 锟斤拷, å…¬å¸ (UTF-8 as Latin-1),
 * ¹«Ë¾ (GBK as Latin-1), 鍏徃 (UTF-8 as GBK). What it was is never guessed.
 */
export function isMojibake(text: string): boolean {
  if (ASCII.test(text)) return false;
  if (WELL_KNOWN.test(text) || UTF8_AS_LATIN.test(text) || GBK_AS_LATIN.test(text)) return true;
  utf8AsGbk ??= utf8AsGbkPattern();
  return utf8AsGbk.test(text);
}

/**
 * Two Chinese characters of UTF-8 are six bytes, which GBK reads as three characters: a first byte with a continuation,
 * a continuation with the next first byte, two continuations. Twice in a row they say nothing in any language; once they
 * might be a rare name.
 */
function utf8AsGbkPattern(): RegExp {
  const decoder = new TextDecoder('gb18030');
  const characters = (leads: readonly [number, number], trails: readonly [number, number]): string => {
    let found = '';
    for (let lead = leads[0]; lead <= leads[1]; lead += 1)
      for (let trail = trails[0]; trail <= trails[1]; trail += 1) {
        const text = decoder.decode(Uint8Array.of(lead, trail));
        if (text.length === 1 && text !== DAMAGED) found += text;
      }
    return `[${found}]`;
  };
  const first = [CHINESE_FIRST, CHINESE_LAST] as const;
  const continuation = [CONTINUATION_FIRST, CONTINUATION_LAST] as const;
  const leadContinuation = [LEAD_FIRST, CONTINUATION_LAST] as const;
  const triple =
    characters(first, continuation) + characters(leadContinuation, first) + characters(leadContinuation, continuation);
  return new RegExp(`(?:${triple}){2}`);
}
