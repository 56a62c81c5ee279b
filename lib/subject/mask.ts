import type { Identifier, PersonIdentifier } from './identifier.ts';

const MASK = '*';

// A national id keeps its province and the end: the holder recognises it, and some ten million numbers share the form,
// as the birth date is hidden whole. The last digit before the check character is shown, the two before it are not.
const NATIONAL_HEAD = 3;
const NATIONAL_TAIL = 2;
// A passport's number is short and its first letter says little: from eight characters on two and two, else one and one.
const LONG_PASSPORT = 8;

// Compound surnames still in use. A two-character name is never read as a bare surname.
const COMPOUND_SURNAMES: ReadonlySet<string> = new Set(
  '欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 令狐 歐陽 東方 獨孤 南宮 諸葛 尉遲 赫連 澹臺 濮陽 公孫 仲孫 鍾離 長孫 鮮于'.split(
    ' ',
  ),
);
const COMPOUND_LENGTH = 2;

/** The form of an identifier that may be stored, shown and logged. Organisations and their names are public and stay. */
export function maskIdentifier(identifier: Identifier): string {
  switch (identifier.kind) {
    case 'organisation':
    case 'registration':
    case 'organisation-name':
      return identifier.value;
    case 'person':
      return maskNumber(identifier);
    case 'person-name':
      return maskPersonName(identifier.value);
  }
}

/** 张三丰 → 张**, 欧阳修 → 欧阳*. A name of one character is hidden whole. Counts characters, not UTF-16 units. */
export function maskPersonName(name: string): string {
  const characters = [...name.trim()];
  const compound =
    characters.length > COMPOUND_LENGTH && COMPOUND_SURNAMES.has(characters.slice(0, COMPOUND_LENGTH).join(''));
  const shown = compound ? COMPOUND_LENGTH : Math.min(1, characters.length - 1);
  return keepEnds(characters, Math.max(0, shown), 0);
}

function maskNumber({ scheme, value }: PersonIdentifier): string {
  switch (scheme) {
    case 'resident-id':
    case 'residence-permit-hmt':
    case 'foreign-permanent-resident-id':
      return keepEnds([...value], NATIONAL_HEAD, NATIONAL_TAIL);
    case 'passport': {
      const ends = value.length >= LONG_PASSPORT ? 2 : 1;
      return keepEnds([...value], ends, ends);
    }
  }
}

function keepEnds(characters: readonly string[], head: number, tail: number): string {
  const end = characters.length - tail;
  return characters.map((character, index) => (index < head || index >= end ? character : MASK)).join('');
}
