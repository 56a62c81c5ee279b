import catalogueData from '../../infra/local/sample/catalogue.json' with { type: 'json' };
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { FileFault } from '../../lib/intake/file-fault.ts';
import type { Profile } from '../../lib/intake/profile.ts';
import { PROFILES } from '../../lib/intake/profiles.ts';
import { type ListContext, readList } from '../../lib/intake/read-list.ts';
import type { ReadRow, Row } from '../../lib/intake/row.ts';

export const catalogue = PublishedCatalogue.parse(catalogueData);
const ring = { current: 1, keys: new Map([[1, new Uint8Array(32).fill(7)]]) };

export function profileNamed(name: string): Profile {
  const profile = PROFILES.get(name);
  if (!profile) throw new Error(`no profile ${name}`);
  return profile;
}

export async function* bytesOf(...chunks: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** All rows of a file, by a profile or the name of one. */
export async function readAll(
  bytes: AsyncIterable<Uint8Array>,
  by: string | Profile,
  more: Partial<ListContext> = {},
): Promise<ReadRow[]> {
  const profile = typeof by === 'string' ? profileNamed(by) : by;
  return await Array.fromAsync(readList(bytes, { profile, catalogue, ring, ...more }));
}

/** What a file is refused for, as `code English`; `none` where it is read. */
export async function faultOf(
  bytes: AsyncIterable<Uint8Array>,
  by: string | Profile,
  more: Partial<ListContext> = {},
): Promise<string> {
  return await readAll(bytes, by, more).then(
    () => 'none',
    (error: unknown) => (error instanceof FileFault ? `${error.code} ${error.detail.en}` : String(error)),
  );
}

/** What a row is quarantined for, as `column code`. */
export const codesOf = (row: ReadRow | undefined): string[] =>
  row?.ok === false ? row.faults.map(({ column, code }) => `${column} ${code}`) : [];

/** The rows that are good; fails where one is not. */
export const goodRows = (rows: readonly ReadRow[]): Row[] =>
  rows.map((row) => {
    if (!row.ok) throw new Error(`line ${row.line}: ${codesOf(row).join(', ')}`);
    return row.row;
  });
