/** Why one cell cannot be taken for what it shows. */
export type CellFlaw = 'number-precision-lost' | 'formula-without-value' | 'cell-error';

/** Why the cells of a record may not be where they seem to be. */
export type RecordFlaw =
  /** A quoted cell holds a quote that is not doubled: where the cells end is a guess. */
  | 'misquoted'
  /** A line of JSON that is no object of plain values, or has a column twice. */
  | 'not-an-object'
  /** A name that the profile does not know, in a format that refuses such. */
  | 'unknown-column';

/** One record of a file, whatever its format. */
export interface FileRecord {
  /** The line on which it starts, counted from 1, the header's included; of a workbook the number of the row. */
  readonly line: number;
  readonly cells: readonly string[];
  readonly flaw?: RecordFlaw;
  /** By the index of the cell. */
  readonly cellFlaws?: ReadonlyMap<number, CellFlaw>;
  /** Columns, by their first names, that the record ought to have and does not name: that is not the same as an empty cell. */
  readonly absent?: readonly string[];
  /** Cells that are empty to the right are left out: workbooks and JSON. */
  readonly sparse?: true;
  /** The file ends without a line break: the last cell may have been longer. */
  readonly unfinished?: true;
}

/** The longest record that is read: what an open quote may swallow. The longest judgment in a cell is far shorter. */
export const MAX_RECORD_LENGTH = 1_048_576;

/** A record without anything in it: an empty line of a spreadsheet, `,,,,` in a CSV. */
export const isBlank = ({ cells, flaw, cellFlaws }: FileRecord): boolean =>
  flaw === undefined && cellFlaws === undefined && cells.every((cell) => cell.trim() === '');
