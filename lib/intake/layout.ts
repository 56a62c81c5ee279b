import { foldName } from '../subject/fold.ts';
import { FileFault } from './file-fault.ts';
import { Field, type IdentifierColumn, type Profile } from './profile.ts';

/** A column that may say who a row is about, and where it stands. */
export interface PlacedIdentifier {
  readonly index: number;
  readonly column: IdentifierColumn;
}

/** Where the columns of a profile stand in one file. */
export interface Layout {
  readonly width: number;
  readonly fields: ReadonlyMap<Field, number>;
  /** In the order of the profile. */
  readonly identifiers: readonly PlacedIdentifier[];
  /** The columns kept with the document, by their own name. */
  readonly kept: ReadonlyMap<string, number>;
  /** The folded header, to know it again where it is repeated. */
  readonly folded: readonly string[];
}

/** A header held against a profile. */
export interface HeaderMatch {
  readonly layout: Layout;
  /** How many of the profile's columns stand there. */
  readonly matched: number;
  readonly missing: readonly string[];
  readonly repeated: readonly string[];
  readonly unknown: readonly string[];
}

/** A blank, an underscore or a hyphen before a digit is written in every way: 行政相对人代码_1, ＿1, -1. */
const foldHeader = (header: string): string => foldName(header).replaceAll(/[_\-‐–—]/g, '_');

/** Finds the profile's columns in a header, whatever their order, width of characters, brackets and spaces. */
export function matchHeader(header: readonly string[], profile: Profile, given: readonly string[] = []): HeaderMatch {
  const folded = withoutTail(header.map(foldHeader));
  const places = Map.groupBy(folded.keys(), (index) => folded[index] ?? '');
  const positions = (headers: readonly string[]): number[] => [
    ...new Set(headers.flatMap((name) => places.get(foldHeader(name)) ?? [])),
  ];
  const missing: string[] = [];
  const repeated: string[] = [];
  const used = new Set<number>();
  const place = (headers: readonly string[], optional: boolean): number | undefined => {
    const [first, ...others] = positions(headers);
    if (others.length > 0) repeated.push(headers[0] ?? '');
    if (first !== undefined) used.add(first);
    else if (!optional) missing.push(headers[0] ?? '');
    return first;
  };
  const fields = new Map<Field, number>();
  for (const field of Field.options) {
    const column = profile.columns[field];
    const index = column && place(column.headers, column.optional === true || given.includes(field));
    if (index !== undefined) fields.set(field, index);
  }
  const identifiers = (profile.identifiers === 'subjectId' ? [] : profile.identifiers).flatMap((column) => {
    const index = place(column.headers, column.optional === true);
    return index === undefined ? [] : [{ index, column }];
  });
  const kept = keptOf(profile, positions);
  return {
    layout: { width: folded.length, fields, identifiers, kept, folded },
    matched: used.size,
    missing,
    repeated,
    unknown: header.filter((name, index) => index < folded.length && !used.has(index) && name.trim() !== ''),
  };
}

/** Whether a record is the header again, as in files that were put behind each other. */
export function isHeader(cells: readonly string[], { folded }: Layout): boolean {
  // Asked of every row: nearly always the first cell settles it.
  if (folded.length < 2 || foldHeader(cells[0] ?? '') !== folded[0]) return false;
  return withoutTail(cells.map(foldHeader)).join('\n') === folded.join('\n');
}

/**
 * The layout of a header that has all the columns.
 * @throws FileFault that names the columns that stand there twice or are not known
 */
export function checkedLayout({ layout, repeated, unknown }: HeaderMatch, profile: Profile): Layout {
  if (repeated.length > 0)
    throw new FileFault('repeated-columns', {
      zh: `列重复出现：${repeated.join('、')}`,
      en: `columns stand there twice: ${repeated.join(', ')}`,
    });
  if (profile.unknownColumns === 'refuse' && unknown.length > 0)
    throw new FileFault('unknown-columns', {
      zh: `有未知的列：${unknown.join('、')}`,
      en: `columns are not known: ${unknown.join(', ')}`,
    });
  return layout;
}

/** Lines that end in a delimiter have an empty column behind the last. */
const withoutTail = (folded: readonly string[]): string[] =>
  folded.slice(0, folded.findLastIndex((name) => name !== '') + 1);

const keptOf = ({ kept }: Profile, positions: (headers: readonly string[]) => number[]): Map<string, number> =>
  new Map(
    kept.flatMap((headers) => {
      const [index] = positions(headers);
      const [name] = headers;
      return index === undefined || name === undefined ? [] : [[name, index] as const];
    }),
  );
