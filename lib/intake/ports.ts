import type { SubjectKey } from '../subject/key.ts';

/** A row of a source as the Registry has it from an earlier file. */
export interface SourceRow {
  readonly key: string;
  readonly digest: string;
  /** Under which key its listing is stored: of a person perhaps one of an older key version. */
  readonly subject: SubjectKey;
  readonly listingId: string;
}

/** What the Registry has of a source. */
export interface SourceIndex {
  /** The rows of a source in one of its buckets, in no order. May lag behind the last writes by a moment. */
  rowsOfSource(source: string, bucket: number): AsyncIterable<SourceRow>;
  /** Those of them that are called so. May lag as well. */
  rowsCalled(source: string, bucket: number, keys: readonly string[]): Promise<readonly SourceRow[]>;
  /** The digests of these listings as they are now; those that do not exist are absent. */
  digestsOf(listingIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** Under which subjects organisations' folded names are found. */
export interface NameIndex {
  subjectsOf(names: readonly string[]): Promise<ReadonlyMap<string, readonly SubjectKey[]>>;
}

/** Where uploads, pieces of work and quarantine files lie: private, encrypted, swept by age. */
export interface IntakeObjects {
  /** Its size in bytes; undefined where there is none. */
  size(name: string): Promise<number | undefined>;
  read(name: string): AsyncIterable<Uint8Array>;
  /** Replaces what was there. Parts are one object, and are never copied into one: that of a large plan is tens of megabytes. */
  write(name: string, parts: readonly Uint8Array[], kind: 'lines' | 'csv'): Promise<void>;
}

/** The part of an import that reads its file. */
export const READING = 'reading';

/** What objects are called. */
export const objectNames = {
  upload: (id: string) => `uploads/${id}`,
  rows: (id: string, piece: string, sequence: number) => `work/${id}/rows/${piece}/${sequence}`,
  bad: (id: string, sequence: number) => `work/${id}/bad/${sequence}`,
  /** What contradicts itself: found by reading, or by comparing a range of buckets. */
  conflicts: (id: string, part: string) => `work/${id}/conflicts/${part}`,
  plan: (id: string, piece: string) => `work/${id}/plan/${piece}`,
  refused: (id: string, step: 'diff' | 'work', piece: string) => `work/${id}/refused/${step}/${piece}`,
  quarantine: (id: string) => `quarantine/${id}.csv`,
  /** What an import would do, for a person to read. */
  planFile: (id: string) => `plans/${id}.csv`,
} as const;
