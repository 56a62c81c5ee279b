import { csvLine } from '../kernel/csv.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { SubjectKey } from '../subject/key.ts';

/** Why a row is not taken in. Stable: it stands in the quarantine file. */
export type QuarantineCode =
  | 'masked-identifier'
  | 'invalid-identifier'
  | 'unresolved-identifier'
  | 'person-not-accepted'
  | 'personal-data'
  | 'missing-field'
  | 'bad-date'
  | 'invalid-value'
  | 'unknown-code'
  | 'malformed-row'
  | 'mojibake'
  | 'number-precision-lost'
  | 'formula-without-value'
  | 'cell-error'
  | 'unfinished-row'
  | 'row-too-large'
  | 'unclear-term'
  | 'identifiers-differ'
  | 'several-identifiers'
  | 'several-subjects'
  | 'conflicting-duplicate'
  | 'code-conflict'
  | 'ended-here'
  | 'not-written'
  | 'settled-here';

/** One thing that is wrong with a row. Advice never repeats what stands in a cell: it may be a person's number. */
export interface RowFault {
  /** The column as the profile names it; empty where the row as a whole is meant. */
  readonly column: string;
  readonly code: QuarantineCode;
  readonly advice: Bilingual;
}

/** A row that is kept out, with everything that is wrong with it. */
export interface Quarantined {
  readonly line: number;
  readonly faults: readonly RowFault[];
  /** Whom it is about, where that could be read: what the Registry has of this subject is not absent from the file. */
  readonly keys?: readonly SubjectKey[];
  /** The folded name of a row that has nothing else to go by; organisations only. */
  readonly nameOnly?: string;
}

// Excel takes a file without the mark for the machine's own encoding.
export const BYTE_ORDER_MARK = '\ufeff';
const HEADER = ['line', 'column', 'code', 'advice_zh', 'advice_en'];

/** How the quarantine file starts: CSV in UTF-8 with BOM. */
export const quarantineHead = (): string => BYTE_ORDER_MARK + csvLine(HEADER);

/** A row of the quarantine file: one line per fault. */
export const quarantineRow = ({ line, faults }: StoredFaults): string =>
  faults.map(({ column, code, advice }) => csvLine([String(line), column, code, advice.zh, advice.en])).join('');

/** A {@link Quarantined} that has been stored, perhaps by a version with other codes. */
interface StoredFaults {
  readonly line: number;
  readonly faults: readonly (Omit<RowFault, 'code'> & { readonly code: string })[];
}
