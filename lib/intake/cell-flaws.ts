import type { Bilingual } from '../kernel/text.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { isWholeDate } from './dates.ts';
import type { Layout } from './layout.ts';
import { isMojibake } from './mojibake.ts';
import type { Field, Profile } from './profile.ts';
import type { RowFault } from './quarantine.ts';
import type { FileRecord } from './record.ts';

/** What can be wrong with a cell whatever it should hold, and what to do about it. */
export const FLAW_ADVICE = {
  mojibake: {
    zh: '乱码：该行编码与文件不一致，或原文已损坏，请从来源重新导出',
    en: 'garbled: the line is in another encoding than the file, or was damaged before; export it again at its source',
  },
  'number-precision-lost': {
    zh: '数字超过 15 位，工作簿已丢失末位，请将该列设为文本后重新填写',
    en: 'a number of more than 15 digits: the workbook has lost the last ones; make the column text and enter it again',
  },
  'formula-without-value': {
    zh: '公式没有计算结果，请粘贴为数值',
    en: 'a formula without its result: paste the value',
  },
  'cell-error': {
    zh: '单元格为错误值（如 #N/A）',
    en: 'the cell holds an error such as #N/A',
  },
  'unfinished-row': {
    zh: '文件似被截断：末行没有换行，可能不完整。请重新取得完整文件再送；文件确到此为止的，在末尾加换行再送',
    en: 'the file looks cut off: it ends within its last line. Get the whole file again and send that; if it does end here, end the line and send it again',
  },
} as const satisfies Record<string, Bilingual>;

/** What says nothing about effect or identity: a word cut off there does no harm. */
const EXPLAINS: ReadonlySet<Field> = new Set(['citation', 'remedy', 'repairRoute']);
const DATES: ReadonlySet<Field> = new Set(['issuedOn', 'from', 'until']);
/** None of these codes is the beginning of another. */
const CODES: ReadonlySet<Field> = new Set(['list', 'grade', 'repairable', 'subjectScheme']);
const FULL_CODE_LENGTH = 18;
const REGION_LENGTH = 6;

/** A cell that is used and is not what it seems. */
interface FlawedCell {
  readonly index: number;
  readonly column: string;
  readonly code: keyof typeof FLAW_ADVICE;
}

/** The flaws of the columns that are used: what stands in the others is nobody's concern. Each column is told once. */
export function flawedCells(record: FileRecord, layout: Layout, profile: Profile): FlawedCell[] {
  const { cells, cellFlaws, unfinished } = record;
  const suspicious = isMojibake(cells.join('\n'));
  if (!suspicious && cellFlaws === undefined && !unfinished) return [];
  const found = new Map<number, FlawedCell>();
  for (const [column, index] of columnsOf(layout, profile)) {
    const cell = cells[index] ?? '';
    const atEnd = unfinished === true && index === cells.length - 1;
    const code =
      cellFlaws?.get(index) ??
      (suspicious && isMojibake(cell) ? 'mojibake' : undefined) ??
      (atEnd && mayBeLonger(cell, index, layout) ? 'unfinished-row' : undefined);
    if (code !== undefined && !found.has(index)) found.set(index, { index, column, code });
  }
  return [...found.values()];
}

/** The fault of a record whose cells may stand in the wrong columns. */
export function misshapenRecord(
  { cells, flaw, sparse, unfinished }: FileRecord,
  { width }: Layout,
): RowFault | undefined {
  const extra = cells.slice(width).some((cell) => cell.trim() !== '');
  if (flaw === undefined && !extra && (sparse || cells.length >= width)) return undefined;
  if (unfinished && cells.length < width)
    return { column: '', code: 'unfinished-row', advice: FLAW_ADVICE['unfinished-row'] };
  const ofJson = flaw === 'not-an-object' || flaw === 'unknown-column';
  const advice = ofJson
    ? {
        zh: '应为一个 JSON 对象，值为文字、数字或其数组，列名不重复、不陌生',
        en: 'one JSON object of texts, numbers or arrays of them is expected, no name twice, none unknown',
      }
    : {
        zh: `应有 ${width} 列、现有 ${cells.length} 列，或引号未成对：含分隔符、引号、换行的内容须加引号`,
        en: `${width} cells expected, ${cells.length} found, or a quote is not doubled: quote what holds delimiters, quotes or line breaks`,
      };
  return { column: '', code: 'malformed-row', advice };
}

function* columnsOf({ fields, identifiers, kept }: Layout, profile: Profile): Generator<readonly [string, number]> {
  for (const [field, index] of fields) yield [profile.columns[field]?.headers[0] ?? field, index];
  for (const { column, index } of identifiers) yield [column.headers[0] ?? '', index];
  yield* kept;
}

/** Whether the last cell of a file that does not end with a line break may have been longer, and matters. */
function mayBeLonger(cell: string, index: number, { fields }: Layout): boolean {
  const field = [...fields].find(([, at]) => at === index)?.[0];
  if (field === undefined || field === 'subjectId') return foldIdentifier(cell).length !== FULL_CODE_LENGTH;
  if (EXPLAINS.has(field)) return false;
  if (DATES.has(field)) return !isWholeDate(cell);
  if (CODES.has(field)) return cell.trim() === '';
  return field === 'region' ? cell.trim().length !== REGION_LENGTH : true;
}
