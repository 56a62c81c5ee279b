import pairs from 'opencc-js/dict/TSCharacters';

// 3,500 entries that a check by code never needs: built at the first name.
let table: ReadonlyMap<string, string> | undefined;

/**
 * Traditional characters → simplified, one by one, without the phrase rules of a translator: both spellings of a name
 * must meet, neither is shown. Characters outside the table stay.
 */
export function toSimplified(text: string): string {
  table ??= parsePairs(pairs);
  let simplified = '';
  for (const character of text) simplified += table.get(character) ?? character;
  return simplified;
}

function parsePairs(source: string): ReadonlyMap<string, string> {
  const direct = new Map<string, string>();
  for (const pair of source.split('|')) {
    const [traditional, simplified] = pair.split(' ');
    if (traditional !== undefined && simplified !== undefined) direct.set(traditional, simplified);
  }
  // 薴 → 苧 → 苎: followed to its end, so that folding twice changes nothing.
  return new Map([...direct].map(([traditional, simplified]) => [traditional, direct.get(simplified) ?? simplified]));
}
