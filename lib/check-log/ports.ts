import type { CheckAnswer } from '../check/answer.ts';
import type { CheckRecord, RecordedOutcome } from '../check/record.ts';
import type { Look } from './look.ts';
import type { Note } from './note.ts';

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
  /** What the principal is found by. */
  readonly principal: string | undefined;
  readonly operator: string;
  /** The listings that the outcome rests on: along a subject its own, otherwise those of the whole check. */
  readonly listings: readonly string[];
  /** The relation through which this line's subject decided a check of somebody else; undefined for a subject asked about. */
  readonly via: string | undefined;
  /** Where the line stands in its index: newest last as text. */
  readonly position: string;
  /** The backstop of its record, in epoch seconds: nothing but a hold keeps it beyond. */
  readonly keptUntil: number;
}

/** A person in a line of the log. */
export type PersonLine = Pick<LogRow, 'id' | 'member' | 'caller' | 'matter'>;

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

/**
 * One stretch of a partition, newest first. `reached` is how far it came; undefined when the partition has no more.
 */
export interface Stretch<Row> {
  readonly rows: Row[];
  readonly reached: string | undefined;
}

/** 采购人或主管部门, as the caller named it. */
export type AskedPrincipal = CheckAnswer['principal'];

/** Reads the log. */
export interface CheckLogReader {
  /** A record and what has been appended to it, oldest first. */
  record(id: string): Promise<{ record: CheckRecord; notes: Note[] } | undefined>;
  /** What `keep` keeps of one stretch, until more than `limit` lines are kept or a bounded number was looked at. */
  stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<Stretch<LogRow>>;
  /** Masked ids of the persons in these lines, those that have been erased left out, keyed `id/member`. */
  maskedIds(rows: readonly PersonLine[]): Promise<ReadonlyMap<string, string>>;
  /** The principals of these records as they were asked with, by the record's id; of an attempt without one, and of a record that is gone, none. */
  principals(ids: readonly string[]): Promise<ReadonlyMap<string, AskedPrincipal>>;
}

/** Appends to a check; changes nothing of it. */
export interface NoteWriter {
  /**
   * `keepUntil` is that of the check: nothing that is appended outlasts it. Under a name of its own a note is appended once:
   * resolves with the one that stands there already.
   */
  append(
    { id, keepUntil }: Pick<CheckRecord, 'id' | 'keepUntil'>,
    note: Note,
    under?: string,
  ): Promise<Note | undefined>;
}

/** Appends looks; the only thing that whoever looks may do to them. */
export interface LookLog {
  /** Rejects when the look is not known to be durable. */
  append(look: Look): Promise<void>;
}

/** A look with where it stands in its index. */
export interface LookRow {
  readonly look: Look;
  readonly position: string;
  readonly keptUntil: number;
}

/** Which looks: those of one client, at one subject, or at one check. */
export type LookPartition =
  | { readonly by: 'client'; readonly client: string }
  | { readonly by: 'subject'; readonly key: string }
  | { readonly by: 'check'; readonly id: string };

/** Reads who looked at the log. */
export interface LookReader {
  /** Every client that ever looked. */
  clients(): Promise<readonly string[]>;
  stretch(
    partition: LookPartition,
    range: LogRange,
    limit: number,
    keep: (row: LookRow) => boolean,
  ): Promise<Stretch<LookRow>>;
}
