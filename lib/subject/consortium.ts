// One string for all members is how trading centres publish a consortium: about one bidder in six.

const ROLE =
  '(?:联合体)?(?:牵头人|牵头单位|牵头方|牵头|主办人|主办方|主体方|成员单位|成员方|成员|参与方|参加方|联合体)(?:单位)?[0-9０-９一二三四五六七八九十]*';
const ROLE_IN_BRACKETS = new RegExp(`[（(【[]\\s*${ROLE}\\s*[）)】\\]]`, 'gu');
const ROLE_WITH_COLON = new RegExp(`${ROLE}\\s*[:：]`, 'gu');
const ROLE_AT_START = new RegExp(`^${ROLE}(?=.{4})`, 'u');
const CONSORTIUM_AT_END = /(?:组成的?)?(?:联合体|联营体)$/u;
const WRAPPED = /^[（(【[](.*)[）)】\]]$/su;

const OPENING = '（(【[〔{';
const CLOSING = '）)】]〕}';
const STRONG_SEPARATORS = '、；;\n\r\t|｜';
// These occur inside names and titles (100kt/a, Co., Ltd.): they separate only what ends, and begins again, as a name.
const WEAK_SEPARATORS = ',，/／+＋&＆';
// Weaker still: between two companies only, and the words (甲公司和平分公司 is one name) only where a consortium is spoken of.
const SPACES = ' \u3000';
const CONJUNCTIONS = '和与及暨';
const SPEAKS_OF_CONSORTIUM = /联合体|联营体|牵头|成员/u;
const COMPANY_END = /公司$/u;
const NAME_END = /(?:公司|院|研究所|事务所|大学|厂|局|中心|合作社|联合体|[)）])$/u;
const MIN_NAME_LENGTH = 4;

/**
 * The members' names of a consortium written as one string, as they stand there, the roles left out: 甲公司、乙公司联合体;
 * 甲公司（联合体牵头人）、乙公司; 牵头人:甲公司;成员:乙公司; 甲公司//乙公司; 联合体：甲公司+乙公司. A single bidder gives
 * itself alone. Splits nothing inside brackets, so 甲（北京、上海）公司 stays whole. An empty string gives no names.
 */
export function splitConsortium(raw: string): string[] {
  const separated = unwrap(raw.trim()).replace(ROLE_IN_BRACKETS, '；').replace(ROLE_WITH_COLON, '；');
  return pieces(separated, SPEAKS_OF_CONSORTIUM.test(raw) ? SPACES + CONJUNCTIONS : SPACES)
    .map(memberName)
    .filter((name) => name !== '');
}

/** （联合体：甲公司） and 联合体（甲公司、乙公司） are brackets around the whole. */
function unwrap(text: string): string {
  const bare = text.replace(/^(?:联合体|联营体)(?=[（(【[])/u, '');
  const inside = WRAPPED.exec(bare)?.[1];
  return inside === undefined || hasStrayBracket(inside) ? text : inside;
}

/** Whether the outer brackets were not one pair: （甲）公司（乙）. */
function hasStrayBracket(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (OPENING.includes(character)) depth += 1;
    if (CLOSING.includes(character)) depth -= 1;
    if (depth < 0) return true;
  }
  return false;
}

/** `weakest` are the separators that count between two companies only. */
function pieces(text: string, weakest: string): string[] {
  const found: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (OPENING.includes(character)) depth += 1;
    if (CLOSING.includes(character)) depth = Math.max(0, depth - 1);
    if (depth > 0) continue;
    const separates =
      STRONG_SEPARATORS.includes(character) ||
      (WEAK_SEPARATORS.includes(character) && isBetween(NAME_END, text.slice(start, index), text.slice(index + 1))) ||
      (weakest.includes(character) && isBetween(COMPANY_END, text.slice(start, index), text.slice(index + 1)));
    if (!separates) continue;
    found.push(text.slice(start, index));
    start = index + 1;
  }
  found.push(text.slice(start));
  return found;
}

function isBetween(end: RegExp, before: string, after: string): boolean {
  const left = memberName(before);
  // Nothing to the left: the second of two slashes.
  if (left === '') return true;
  if (left.length < MIN_NAME_LENGTH || !end.test(left)) return false;
  const right = after.replace(/^[,，/／+＋&＆\s]+/u, '').split(/[、；;,，/／+＋&＆\s]/u, 1)[0] ?? '';
  return right.length >= MIN_NAME_LENGTH && NAME_END.test(memberName(right));
}

const memberName = (piece: string): string =>
  piece.trim().replace(ROLE_AT_START, '').replace(CONSORTIUM_AT_END, '').trim();
