import type { SubjectKey } from '../subject/key.ts';

/** A row of a source as the Registry has it from an earlier file. */
export interface SourceRow {
  readonly key: string;
  readonly digest: string;
  /** Under which key its listing is stored: of a person perhaps one of an older key version. */
  readonly subject: SubjectKey;
}

/** What the Registry has of a source. */
export interface SourceIndex {
  /** All rows of a source, in no order. May lag behind the last writes by a moment. */
  rowsOfSource(source: string): AsyncIterable<SourceRow>;
  /** The digests of these listings as they are now; those that do not exist are absent. */
  digestsOf(listingIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
