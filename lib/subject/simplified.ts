import pairs from 'opencc-js/dict/TSCharacters';

// 3,500 entries that a check by code never needs: built at the first name.
let table: ReadonlyMap<number, number> | undefined;

/**
 * Traditional characters → simplified, one by one, without the phrase rules of a translator: both spellings of a name
 * must meet, neither is shown. Characters outside the table stay.
 */
export function toSimplified(text: string): string {
  table ??= readPairs(pairs);
  let simplified = '';
  for (const character of text) {
    const found = table.get(codeAt(character, 0));
    // 薴 → 苧 → 苎: followed to its end, so that folding twice changes nothing.
    simplified += found === undefined ? character : String.fromCodePoint(table.get(found) ?? found);
  }
  return simplified;
}

/** By code points and in one walk: an environment's first check waits for it, and splitting the text took 4 ms. */
function readPairs(source: string): ReadonlyMap<number, number> {
  const read = new Map<number, number>();
  let at = 0;
  while (at < source.length) {
    const traditional = codeAt(source, at);
    const second = at + unitsOf(traditional) + 1;
    const simplified = codeAt(source, second);
    read.set(traditional, simplified);
    at = second + unitsOf(simplified) + 1;
  }
  return read;
}

const codeAt = (text: string, at: number): number => text.codePointAt(at) ?? 0;

const LAST_OF_ONE_UNIT = 0xffff;
const unitsOf = (code: number): number => (code > LAST_OF_ONE_UNIT ? 2 : 1);
