/** A listing invented for a bidder of the file. Chosen by rule, so that no real name stands here beside a listing. */
export interface Plant {
  readonly variant: 'brackets' | 'traditional' | 'branch';
  /** As the file writes it. */
  readonly bidder: string;
  /** As the list writes it. */
  readonly listedAs: string;
  /** What a bidder's string must hold, brackets made alike, to have the listing cited: the name, or its head office's. */
  readonly citedFor: string;
}

const BRACKETS = 8;
const TRADITIONAL = 8;
const BRANCHES = 4;

/** Characters of company names and their Traditional forms, one for one. */
const TO_TRADITIONAL: Readonly<Record<string, string>> = {
  设: '設',
  计: '計',
  电: '電',
  团: '團',
  务: '務',
  长: '長',
  学: '學',
  农: '農',
  规: '規',
  划: '劃',
  责: '責',
  东: '東',
  华: '華',
  业: '業',
  开: '開',
  发: '發',
  汉: '漢',
  庆: '慶',
  环: '環',
  阳: '陽',
  县: '縣',
  归: '歸',
  沈: '瀋',
  张: '張',
  厨: '廚',
  销: '銷',
  爱: '愛',
  达: '達',
  广: '廣',
  云: '雲',
  兴: '興',
  宝: '寶',
  龙: '龍',
  节: '節',
  检: '檢',
  测: '測',
  监: '監',
  圆: '圓',
  银: '銀',
  锐: '銳',
  园: '園',
  远: '遠',
  钟: '鐘',
  网: '網',
  络: '絡',
  术: '術',
  询: '詢',
  铁: '鐵',
  筑: '築',
  国: '國',
  联: '聯',
  统: '統',
  总: '總',
  资: '資',
  贸: '貿',
  红: '紅',
  顺: '順',
  领: '領',
  驭: '馭',
  来: '來',
};

/** One company, written as one: no consortium, no project title. */
const ONE_COMPANY = /^[\p{Script=Han}（）()]{6,30}公司$/u;
const NOT_ONE = /联合体|牵头|成员|项目/;
const BRANCH = /^(.+?公司).*分公司$/;

/** （ and ( are one bracket here. */
export const alikeBrackets = (text: string): string => text.replaceAll('（', '(').replaceAll('）', ')');

/** The twenty, from the bidders' strings in the order of the file. Each kind is found only among those that are left. */
export function plantsFrom(bidders: readonly string[]): Plant[] {
  const single = bidders.filter((bidder) => ONE_COMPANY.test(bidder) && !NOT_ONE.test(bidder));
  const offices = single.filter((name) => !BRANCH.test(name));
  const ascii = offices.filter((name) => name.includes('('));
  const wide = offices.filter((name) => name.includes('（') && !ascii.includes(alikeBrackets(name)));
  const brackets = [...ascii, ...wide].slice(0, BRACKETS);
  const plain = offices.filter((name) => !/[（(]/.test(name) && traditionalOf(name).changed >= 3);
  const branches = single.flatMap((bidder) => {
    const head = BRANCH.exec(bidder)?.[1];
    return head === undefined ? [] : [{ bidder, head }];
  });
  return [
    ...brackets.map(
      (bidder, index): Plant => ({
        variant: 'brackets',
        bidder,
        listedAs: otherBrackets(bidder, index),
        citedFor: alikeBrackets(bidder),
      }),
    ),
    ...plain.slice(0, TRADITIONAL).map(
      (bidder): Plant => ({
        variant: 'traditional',
        bidder,
        listedAs: traditionalOf(bidder).name,
        citedFor: bidder,
      }),
    ),
    ...branches
      .slice(0, BRANCHES)
      .map(({ bidder, head }): Plant => ({ variant: 'branch', bidder, listedAs: head, citedFor: head })),
  ];
}

/** ( for （ and the reverse; every third time 〔, which lists use too. */
function otherBrackets(name: string, index: number): string {
  if (name.includes('(')) return name.replaceAll('(', '（').replaceAll(')', '）');
  return index % 3 === 2 ? name.replaceAll('（', '〔').replaceAll('）', '〕') : alikeBrackets(name);
}

function traditionalOf(simplified: string): { name: string; changed: number } {
  const name = [...simplified].map((character) => TO_TRADITIONAL[character] ?? character).join('');
  return { name, changed: [...simplified].filter((character, index) => [...name][index] !== character).length };
}
