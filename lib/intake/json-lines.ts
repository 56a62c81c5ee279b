import { FileFault } from './file-fault.ts';
import { noHeader } from './header.ts';
import { matchHeader } from './layout.ts';
import type { Profile } from './profile.ts';
import { type FileRecord, MAX_RECORD_LENGTH, type RecordFlaw } from './record.ts';

const MANY = ';';

/** The first character that is no blank: a line of JSON is an object. */
export const isJsonLines = (head: string): boolean => /^\s*\{/.test(head);

/**
 * The records of a file with one JSON object on each line. The names of their values are those of the profile's columns,
 * in any of their forms, and a header of the profile's own columns comes first. Numbers keep the digits that were written.
 * @throws FileFault for names that are not the profile's, and for a line beyond the bound
 */
export async function* readJsonLines(
  text: AsyncIterable<string>,
  profile: Profile,
  given: readonly string[],
): AsyncGenerator<FileRecord> {
  const header = profile.headerless ?? namesOf(profile);
  const indexOf = indexBy(header, profile);
  const absentFrom = absentBy(profile, given);
  let started = false;
  for await (const { line, content, unfinished } of linesOf(text)) {
    const values = objectIn(content);
    if (!started && values !== undefined) {
      const names = values.map(([name]) => name);
      const match = matchHeader(names, profile, given);
      if (match.missing.length > 0 && match.missing.length >= match.matched) throw noHeader([names], profile, given);
    }
    if (!started && profile.headerless === undefined) yield { line: 0, cells: header };
    started = true;
    const cells = new Map<number, string>();
    let flaw: RecordFlaw | undefined = values === undefined ? 'not-an-object' : undefined;
    for (const [name, value] of values ?? []) {
      const index = indexOf(name);
      if (index === undefined) flaw ??= profile.unknownColumns === 'refuse' ? 'unknown-column' : undefined;
      else if (cells.has(index)) flaw = 'not-an-object';
      else cells.set(index, value);
    }
    const absent = values === undefined ? [] : absentFrom(values.map(([name]) => name));
    yield {
      line,
      cells: header.map((_, index) => cells.get(index) ?? ''),
      sparse: true,
      ...(absent.length > 0 && { absent }),
      ...(flaw && { flaw }),
      ...(unfinished && values === undefined && { unfinished }),
    };
  }
}

/** The columns that an object ought to name: one that has no `until` does not say that there is no end. */
function absentBy(profile: Profile, given: readonly string[]): (names: readonly string[]) => readonly string[] {
  const known = new Map<string, readonly string[]>();
  return (names) => {
    const shape = names.join('\n');
    const absent = known.get(shape) ?? matchHeader(names, profile, given).missing;
    // Objects of one file have a handful of shapes; beyond that nothing is gained by remembering.
    if (known.size < MAX_SHAPES) known.set(shape, absent);
    return absent;
  };
}
const MAX_SHAPES = 1_000;

function namesOf({ columns, identifiers, kept }: Profile): string[] {
  const all = [...Object.values(columns), ...(identifiers === 'subjectId' ? [] : identifiers)].map(
    ({ headers }) => headers,
  );
  return [...new Set([...all, ...kept].map(([first = '']) => first))];
}

/** Where a value of this name stands, in any of the forms of its column. */
function indexBy(header: readonly string[], profile: Profile): (name: string) => number | undefined {
  const known = new Map<string, number | undefined>();
  const groups = [
    ...Object.values(profile.columns).map(({ headers }) => headers),
    ...(profile.identifiers === 'subjectId' ? [] : profile.identifiers).map(({ headers }) => headers),
    ...profile.kept,
    ...header.map((name) => [name]),
  ];
  return (name) => {
    if (!known.has(name)) {
      const probe = groups.find((headers) => matchHeader([name], { ...profile, ...onlyColumn(headers) }).matched > 0);
      known.set(name, probe === undefined ? undefined : header.indexOf(probe[0] ?? ''));
    }
    return known.get(name);
  };
}

const onlyColumn = (headers: string[]): Pick<Profile, 'columns' | 'identifiers' | 'kept'> => ({
  columns: { subjectId: { headers } },
  identifiers: 'subjectId',
  kept: [],
});

interface Line {
  readonly line: number;
  readonly content: string;
  readonly unfinished: boolean;
}

/** Lines that hold anything. */
async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<Line> {
  let held = '';
  let line = 0;
  for await (const piece of text) {
    const parts = (held + piece).split('\n');
    held = parts.pop() ?? '';
    for (const content of parts) {
      line += 1;
      if (content.length > MAX_RECORD_LENGTH) throw tooLong(line);
      if (content.trim() !== '') yield { line, content, unfinished: false };
    }
    if (held.length > MAX_RECORD_LENGTH) throw tooLong(line + 1);
  }
  if (held.trim() !== '') yield { line: line + 1, content: held, unfinished: true };
}

/** The values by their names; undefined for what is no object of plain values. */
function objectIn(content: string): (readonly [string, string])[] | undefined {
  let data: unknown;
  try {
    data = JSON.parse(content, asWritten);
  } catch {
    return undefined;
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return undefined;
  const values = Object.entries(data).map(([name, value]) => [name, textOf(value)] as const);
  return values.some(([, value]) => value === undefined)
    ? undefined
    : values.map(([name, value]) => [name, value ?? ''] as const);
}

/** A number of 18 digits would lose the last ones: the reviver is given its source. */
function asWritten(...[, value, context]: unknown[]): unknown {
  if (typeof value !== 'number' || typeof context !== 'object' || context === null) return value;
  return 'source' in context && typeof context.source === 'string' ? context.source : value;
}

function textOf(value: unknown): string | undefined {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!Array.isArray(value)) return undefined;
  const parts = value.map(textOf);
  return parts.some((part) => part === undefined) ? undefined : parts.join(MANY);
}

const tooLong = (line: number): FileFault =>
  new FileFault('record-too-long', { zh: `第 ${line} 行超过 1 MB`, en: `line ${line} is longer than 1 MB` });
