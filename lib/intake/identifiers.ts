import { foldIdentifier } from '../subject/fold.ts';
import { type ParsedIdentifier, parseIdentifier } from '../subject/identifier.ts';
import { Scheme } from '../subject/scheme.ts';
import type { Cells } from './cells.ts';
import type { PlacedIdentifier } from './layout.ts';
import type { IdentifierColumn, Profile } from './profile.ts';

/** What one column says of who a row is about. */
export interface ReadIdentifier {
  readonly column: string;
  readonly folded: string;
  readonly parsed: ParsedIdentifier;
}

const TAXPAYER_LENGTH = 15;
const DIVISION_LENGTH = 6;
/** What is written where there is no number, folded: a dash of any kind is nothing then. */
const NO_NUMBER = /^(?:0*|\/+|无|暂无|空|NULL|N\/A)$/;
/** A unified code that stands by itself in a text. */
const CODE_WITHIN = /(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Z])/g;

/** The identifiers of a row, in the order of the profile; empty columns give none. Faults of the columns are in `cells`. */
export function identifiersIn(cells: Cells, { identifiers }: Profile): ReadIdentifier[] {
  if (identifiers === 'subjectId') return statedIdentifier(cells);
  return cells.layout.identifiers.flatMap((placed) => fromColumn(cells, placed));
}

/** One number and the scheme that it is of, said by columns. */
function statedIdentifier(cells: Cells): ReadIdentifier[] {
  const id = cells.required('subjectId');
  const stated = cells.required('subjectScheme');
  const scheme = stated === undefined ? undefined : cells.oneOf('subjectScheme', Scheme.options);
  if (id === undefined || scheme === undefined) return [];
  const country = cells.value('subjectCountry');
  const parsed = parseIdentifier({ scheme, id, ...(country !== '' && { country }) });
  return [{ column: cells.nameOf('subjectId'), folded: foldIdentifier(id), parsed }];
}

function fromColumn(cells: Cells, { index, column }: PlacedIdentifier): ReadIdentifier[] {
  const cell = cells.at(index);
  const [name = ''] = column.headers;
  if (cell === '') return [];
  if (column.within) return fromText(cells, name, cell);
  const folded = foldIdentifier(cell);
  if (NO_NUMBER.test(folded)) return [];
  return [{ column: name, folded, parsed: parseAs(column, folded) }];
}

function parseAs({ schemes, otherwise }: IdentifierColumn, folded: string): ParsedIdentifier {
  const scheme = schemes?.[String(folded.length)] ?? otherwise;
  if (scheme !== 'taxpayer-15') return parseIdentifier({ scheme, id: folded });
  // 税务登记证号 before the unified code: the division, then the organisation code.
  return folded.length === TAXPAYER_LENGTH
    ? parseIdentifier({ scheme: 'org-code', id: folded.slice(DIVISION_LENGTH) })
    : parseIdentifier({ scheme: 'uscc', id: folded });
}

/** The unified codes in a remark. Two of them are two subjects: which one is meant is not guessed. */
function fromText(cells: Cells, column: string, text: string): ReadIdentifier[] {
  const found = new Map<string, ReadIdentifier>();
  for (const [code] of text.normalize('NFKC').toUpperCase().matchAll(CODE_WITHIN)) {
    const parsed = parseIdentifier({ scheme: 'uscc', id: code });
    if (parsed.ok) found.set(code, { column, folded: code, parsed });
  }
  if (found.size > 1) {
    cells.failAt(column, 'several-identifiers', {
      zh: '文字中有不止一个代码，不能认定是哪一主体，请分列填写',
      en: 'the text holds more than one code: say which subject is meant in a column of its own',
    });
    return [];
  }
  return [...found.values()];
}
