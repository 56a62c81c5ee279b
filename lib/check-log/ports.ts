import type { CheckRecord, RecordedOutcome } from '../check/record.ts';
import type { Determination } from './determination.ts';

/** One line of the log's indexes. */
export interface LogRow {
  readonly id: string;
  readonly checkedAt: string;
  readonly outcome: RecordedOutcome;
  readonly scene: string;
  readonly matter: string;
  readonly caller: string;
  /** Which subject of the check this line is about, from 0. */
  readonly member: number;
  readonly scheme: string | undefined;
  /** Null for a person, whose masked form is kept apart. */
  readonly subjectId: string | null;
  /** Where the line stands in its index: newest last as text. */
  readonly position: string;
  readonly keptUntil: number;
}

/** Which lines to look along: each is one partition of an index, newest first. */
export type LogPartition =
  | { readonly by: 'subject'; readonly key: string }
  | { readonly by: 'caller'; readonly caller: string; readonly hit: 'hit' | 'clear' | 'attempt' }
  | { readonly by: 'matter'; readonly caller: string; readonly matter: string };

export interface LogRange {
  /** ISO 8601 UTC, inclusive. */
  readonly from?: string | undefined;
  /** ISO 8601 UTC, exclusive. */
  readonly to?: string | undefined;
  /** Only what stands before this position, that is: is older. */
  readonly before?: string | undefined;
}

/** Reads the log. */
export interface CheckLogReader {
  /** A record and what has been appended to it, oldest first. */
  record(id: string): Promise<{ record: CheckRecord; determinations: Determination[] } | undefined>;
  /**
   * One stretch of a partition, newest first: what `keep` keeps, until `limit` lines are kept or a bounded number was
   * looked at. `reached` is how far it came; undefined when the partition has no more.
   */
  stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<{ rows: LogRow[]; reached: string | undefined }>;
  /** Masked ids of the persons in these lines, those that have been erased left out, keyed `id/member`. */
  maskedIds(rows: readonly Pick<LogRow, 'id' | 'member'>[]): Promise<ReadonlyMap<string, string>>;
}

/** Appends to a check; changes nothing of it. */
export interface NoteWriter {
  append(id: string, determination: Determination): Promise<void>;
}
