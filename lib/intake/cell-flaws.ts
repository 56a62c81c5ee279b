import type { Bilingual } from '../kernel/text.ts';
import { foldIdentifier } from '../subject/fold.ts';
import { isWholeDate } from './dates.ts';
import type { Layout } from './layout.ts';
import type { Field } from './profile.ts';

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
    zh: '文件末行没有换行，末格可能被截断：核对后在末尾加换行再送',
    en: 'the file ends within its last line, whose last cell may be cut off: compare, end the line and send it again',
  },
} as const satisfies Record<string, Bilingual>;

/** What says nothing about effect or identity: a word cut off there does no harm. */
const EXPLAINS: ReadonlySet<Field> = new Set(['citation', 'remedy', 'repairRoute']);
const DATES: ReadonlySet<Field> = new Set(['issuedOn', 'from', 'until']);
/** None of these codes is the beginning of another. */
const CODES: ReadonlySet<Field> = new Set(['list', 'grade', 'repairable', 'subjectScheme']);
const FULL_CODE_LENGTH = 18;
const REGION_LENGTH = 6;

/** Whether the last cell of a file that does not end with a line break may have been longer, and matters. */
export function unfinishedCell(cell: string, index: number, { fields }: Layout): boolean {
  const field = [...fields].find(([, at]) => at === index)?.[0];
  if (field === undefined || field === 'subjectId') return foldIdentifier(cell).length !== FULL_CODE_LENGTH;
  if (EXPLAINS.has(field)) return false;
  if (DATES.has(field)) return !isWholeDate(cell);
  if (CODES.has(field)) return cell.trim() === '';
  return field === 'region' ? cell.trim().length !== REGION_LENGTH : true;
}
