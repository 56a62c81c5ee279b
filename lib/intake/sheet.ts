import type { CellFlaw, FileRecord } from './record.ts';
import { unescaped, type WorkbookParts } from './workbook-parts.ts';
import { readXml, unreadable } from './xml.ts';

/** Excel's own bound. */
const MAX_COLUMNS = 16_384;
const LETTERS = 26;
const LETTER_BEFORE_A = 64;
const DAY_MS = 86_400_000;
/** Day 0 of the two calendars. 1900 has a 29 February that never was: days before it are one off, and no list has any. */
const DAY_ZERO = { 1900: Date.UTC(1899, 11, 30), 1904: Date.UTC(1904, 0, 1) } as const;
/** The last day that has four digits of a year. */
const LAST_DAY = 2_958_465;
/** Excel keeps 15 digits of a number: of a code of 18 the last three are zeros, or wrong. */
const EXACT_DIGITS = 15;

interface OpenCell {
  readonly column: number;
  readonly type: string;
  readonly style: number;
  value: string;
  formula: boolean;
}

/** The rows of a sheet that hold anything, one after the other as they arrive. */
export async function* readSheet(bytes: AsyncIterable<Uint8Array>, parts: WorkbookParts): AsyncGenerator<FileRecord> {
  const ready: FileRecord[] = [];
  let line = 0;
  let cells: string[] = [];
  let flaws = new Map<number, CellFlaw>();
  let open: OpenCell | undefined;
  let collecting = false;
  // How a text is pronounced is no part of it.
  let inPhonetic = false;
  let nextColumn = 0;

  const closeCell = ({ column, type, style, value, formula }: OpenCell): void => {
    const read = shownBy({ type, style, value, formula }, parts);
    if ('flaw' in read) flaws.set(column, read.flaw);
    while (cells.length < column) cells.push('');
    cells[column] = 'text' in read ? read.text : '';
  };
  yield* readXml<FileRecord>(
    bytes,
    {
      open: (name, { r, t, s }) => {
        if (name === 'row') {
          line = r === undefined ? line + 1 : Number(r);
          cells = [];
          flaws = new Map();
          nextColumn = 0;
        } else if (name === 'c') {
          const column = r === undefined ? nextColumn : columnOf(r);
          nextColumn = column + 1;
          open = { column, type: t ?? 'n', style: Number(s ?? 0), value: '', formula: false };
        } else if (name === 'f' && open) {
          open.formula = true;
        } else if (name === 'rPh') {
          inPhonetic = true;
        } else if (name === 'v' || name === 't') {
          collecting = open !== undefined && !inPhonetic;
        }
      },
      text: (text) => {
        if (collecting && open) open.value += text;
      },
      close: (name) => {
        if (name === 'v' || name === 't') collecting = false;
        if (name === 'rPh') inPhonetic = false;
        if (name === 'c' && open) {
          closeCell(open);
          open = undefined;
        }
        if (name === 'row' && (cells.length > 0 || flaws.size > 0))
          ready.push({ line, cells, sparse: true, ...(flaws.size > 0 && { cellFlaws: flaws }) });
      },
    },
    () => ready.splice(0),
  );
}

/** `AB12` → 27. */
function columnOf(reference: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/.exec(reference)?.[0] ?? '')
    column = column * LETTERS + letter.charCodeAt(0) - LETTER_BEFORE_A;
  if (column < 1 || column > MAX_COLUMNS) throw unreadable();
  return column - 1;
}

type Value = { readonly text: string } | { readonly flaw: CellFlaw };

/** What a cell shows. The result that a formula had when the workbook was saved is its value; it is never computed. */
function shownBy(cell: Omit<OpenCell, 'column'>, { strings, dateStyles, from1904 }: WorkbookParts): Value {
  const { type, style, value, formula } = cell;
  if (formula && value === '' && type !== 'str') return { flaw: 'formula-without-value' };
  switch (type) {
    case 's': {
      const text = strings[Number(value)];
      if (value !== '' && text === undefined) throw unreadable();
      return { text: text ?? '' };
    }
    case 'e':
      return { flaw: 'cell-error' };
    case 'b':
      return { text: value === '1' ? 'true' : 'false' };
    case 'n':
      return dateStyles[style] ? dateOf(value, from1904) : numberOf(value);
    default:
      return { text: unescaped(value) };
  }
}

function numberOf(value: string): Value {
  const number = Number(value);
  if (value === '') return { text: '' };
  if (!Number.isFinite(number)) return { flaw: 'cell-error' };
  if (Number.isInteger(number))
    return Math.abs(number) < 10 ** EXACT_DIGITS ? { text: String(number) } : { flaw: 'number-precision-lost' };
  return { text: value };
}

function dateOf(value: string, from1904: boolean): Value {
  const days = Number(value);
  if (value === '') return { text: '' };
  if (!Number.isFinite(days) || days < 0 || days > LAST_DAY) return { text: value };
  const zero = DAY_ZERO[from1904 ? 1904 : 1900];
  return { text: new Date(zero + Math.floor(days) * DAY_MS).toISOString().slice(0, 10) };
}
