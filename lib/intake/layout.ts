import { foldName } from '../subject/fold.ts';
import { FileFault } from './file-fault.ts';
import { Field, type Profile } from './profile.ts';

/** Where the columns of a profile stand in one file. */
export interface Layout {
  readonly width: number;
  readonly fields: ReadonlyMap<Field, number>;
  /** The columns kept with the document, by their own name. */
  readonly kept: ReadonlyMap<string, number>;
}

/**
 * Finds the profile's columns in a header, whatever their order, width of characters, brackets and spaces.
 * @throws FileFault that names the columns that are missing, stand there twice or are not known
 */
export function layoutOf(header: readonly string[], profile: Profile): Layout {
  const folded = header.map(foldName);
  const positions = (headers: readonly string[]): number[] => {
    const names = new Set(headers.map(foldName));
    return [...folded.keys()].filter((index) => names.has(folded[index] ?? ''));
  };
  const fields = new Map<Field, number>();
  const missing: string[] = [];
  const repeated: string[] = [];
  const used = new Set<number>();
  for (const field of Field.options) {
    const column = profile.columns[field];
    if (!column) continue;
    const [first, ...others] = positions(column.headers);
    if (others.length > 0) repeated.push(column.headers[0] ?? field);
    if (first !== undefined) used.add(first);
    if (first !== undefined) fields.set(field, first);
    else if (!column.optional) missing.push(column.headers[0] ?? field);
  }
  if (missing.length > 0) throw fault('missing-columns', '缺少列', 'columns are missing', missing);
  if (repeated.length > 0) throw fault('repeated-columns', '列重复出现', 'columns stand there twice', repeated);
  const unknown = header.filter((_, index) => !used.has(index));
  if (profile.unknownColumns === 'refuse' && unknown.length > 0)
    throw fault('unknown-columns', '有未知的列', 'columns are not known', unknown);
  return { width: header.length, fields, kept: keptOf(profile, positions) };
}

function keptOf({ kept }: Profile, positions: (headers: readonly string[]) => number[]): Map<string, number> {
  return new Map(
    kept.flatMap((headers) => {
      const [index] = positions(headers);
      const [name] = headers;
      return index === undefined || name === undefined ? [] : [[name, index] as const];
    }),
  );
}

const fault = (
  code: 'missing-columns' | 'repeated-columns' | 'unknown-columns',
  zh: string,
  en: string,
  names: readonly string[],
) => new FileFault(code, { zh: `${zh}：${names.join('、')}`, en: `${en}: ${names.join(', ')}` });
