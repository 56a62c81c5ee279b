import { foldName } from './fold.ts';

// How the head office's own name ends, surest first: a 公司 anywhere decides before the shorter words, which place names
// and trades hold too (厂前, 店街). Within one line the last place counts: 集团公司 may stand inside 集团公司甲有限公司.
const HEAD_OFFICE_ENDS = [
  ['公司'],
  ['银行', '联社', '合作社', '信用社', '事务所', '研究所', '研究院', '设计院', '大学', '学院', '学校', '医院', '中心'],
  ['集团', '厂', '店', '行', '院', '所', '社', '馆', '部', '站', '场', '会'],
] as const;
const MIN_HEAD_OFFICE_LENGTH = 3;
/** Beginnings of a name that are looked up: a made-up name of many 厂 must not become many reads. */
const MAX_POSSIBLE = 6;

/**
 * Whether a name is that of a branch (分公司, 支行 …) by how it ends: it has no assets of its own, so the answer needs
 * its head office. `suffixes` is the catalogue's list; one that begins with 公司… marks a branch only behind a whole
 * company's name (甲有限公司解放路店 is one, 解放路小店 is a firm of its own).
 */
export function isBranchName(name: string, suffixes: readonly string[]): boolean {
  return headOfficePart(foldName(name), endingsOf(suffixes)) !== undefined;
}

/**
 * The folded name of the legal person behind a branch: 甲有限公司 of 甲有限公司宜昌分公司, of 甲有限公司（宜昌分公司）
 * and of 甲有限公司深圳分公司龙岗支公司. Undefined when the name is no branch, or does not say whose (宜昌分公司).
 * A guess from a name: it proposes what to look up, and proves nothing.
 */
export function headOfficeName(name: string, suffixes: readonly string[]): string | undefined {
  const folded = endingsOf(suffixes);
  const part = headOfficePart(foldName(name), folded);
  if (part === undefined) return undefined;
  for (const ends of HEAD_OFFICE_ENDS) {
    const end = Math.max(...ends.map((word) => lastEnd(part, word, folded)));
    if (end >= MIN_HEAD_OFFICE_LENGTH) return part.slice(0, end);
  }
  return undefined;
}

/**
 * Every beginning of a folded name that could be its head office's, whatever the suffixes turn out to be: what to ask for
 * in the same read that brings them. Without 分 or 支 in the name only a whole company can be one.
 */
export function possibleHeadOffices(folded: string): string[] {
  const words = /[分支]/.test(folded) ? HEAD_OFFICE_ENDS.flat() : [COMPANY];
  const ends = new Set<number>();
  for (const word of words)
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) ends.add(at + word.length);
  return [...ends]
    .filter((end) => end >= MIN_HEAD_OFFICE_LENGTH && end < folded.length)
    .toSorted((a, b) => b - a)
    .slice(0, MAX_POSSIBLE)
    .map((end) => folded.slice(0, end));
}

/** One ending that marks a branch; some do so only behind a whole company's name. */
interface Ending {
  readonly text: string;
  readonly behindCompany: boolean;
}

const COMPANY = '公司';
const BEHIND_COMPANY = `${COMPANY}…`;

/** Folded once for each list of the catalogue: every check asks. */
const FOLDED = new WeakMap<readonly string[], readonly Ending[]>();

function endingsOf(suffixes: readonly string[]): readonly Ending[] {
  const known = FOLDED.get(suffixes) ?? foldEndings(suffixes);
  FOLDED.set(suffixes, known);
  return known;
}

const foldEndings = (suffixes: readonly string[]): Ending[] =>
  suffixes
    .map((suffix) => {
      const behindCompany = suffix.startsWith(BEHIND_COMPANY);
      return { text: foldName(behindCompany ? suffix.slice(BEHIND_COMPANY.length) : suffix), behindCompany };
    })
    .filter(({ text }) => text !== '');

/** What stands before the branch's own designation; undefined when there is none. */
/** Inside a bracket stands a remark, which may name a company of its own: only a branch's own endings count there. */
const unconditional = (endings: readonly Ending[]) => endings.filter(({ behindCompany }) => !behindCompany);

const TRAILING = /[.,;:!?。、·]+$/;

function headOfficePart(name: string, endings: readonly Ending[]): string | undefined {
  const folded = name.replace(TRAILING, '');
  const bracket = folded.endsWith(')') ? folded.lastIndexOf('(') : -1;
  if (bracket < 0) return beforeEnding(folded, endings);
  const inside = folded.slice(bracket + 1, -1);
  const before = folded.slice(0, bracket);
  // 甲有限公司(宜昌分公司), or a remark behind the whole: 甲有限公司宜昌分公司(非独立核算).
  return beforeEnding(inside, unconditional(endings)) === undefined ? beforeEnding(before, endings) : before;
}

function beforeEnding(text: string, endings: readonly Ending[]): string | undefined {
  for (const ending of endings) {
    if (text.length <= ending.text.length || !text.endsWith(ending.text)) continue;
    const before = text.slice(0, -ending.text.length);
    if (!ending.behindCompany || before.includes(COMPANY)) return before;
  }
  return undefined;
}

/** Where the last `word` ends that is not itself the end of a branch's designation (分公司 is no 公司); −1 for none. */
function lastEnd(text: string, word: string, endings: readonly Ending[]): number {
  for (let at = text.lastIndexOf(word); at > 0; at = text.lastIndexOf(word, at - 1)) {
    const end = at + word.length;
    const head = text.slice(0, end);
    if (!endings.some((ending) => !ending.behindCompany && head.endsWith(ending.text))) return end;
  }
  return -1;
}
