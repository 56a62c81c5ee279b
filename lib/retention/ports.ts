import type { CalendarDate } from '../kernel/clock.ts';
import type { Tombstone } from '../seal/tombstone.ts';
import type { Hold, HoldState } from './hold.ts';
import type { Matter } from './matter.ts';

/** Something kept, and which version of it. */
export interface Kept<T> {
  readonly value: T;
  readonly revision: number;
}

/** Which matter, and whose: two callers may give one id to two matters. */
export type MatterName = Pick<Matter, 'caller' | 'matter'>;

/** Tells which matters' records are to be seen no more, and which are to be seen all the same. */
export interface EndedMatters {
  /** Those of some that fulfil a condition and have no unanswered alert, each once. */
  among(names: readonly MatterName[], ended: (matter: Matter) => boolean): Promise<readonly Matter[]>;
  /** Those of some that a hold is on, each once. */
  held(names: readonly MatterName[]): Promise<readonly MatterName[]>;
}

/** Where a matter stands in the order of deletion. */
export interface DueEntry {
  readonly on: CalendarDate;
  readonly caller: string;
  readonly matter: string;
}

/** How many matters are to be deleted in a month, by what they are counted as. */
export interface MonthCount {
  readonly month: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** The overview of what is deleted when: parts of a month may come one by one. */
export interface OverviewReader {
  /** The months of one year, `YYYY`, from one and to another. */
  counts(year: string, from: string, to: string): Promise<readonly MonthCount[]>;
}

/** Matters and the holds on them; a matter moves with the entry that says when it is due. */
export interface MatterStore {
  read(caller: string, matter: string): Promise<Kept<Matter> | undefined>;
  hold(id: string): Promise<Kept<Hold> | undefined>;
  /** The holds of a state, those proposed longest ago first, beyond a position. */
  holdsIn(
    state: HoldState,
    after: string | undefined,
    limit: number,
  ): Promise<{ items: Hold[]; reached: string | undefined }>;
  /** Resolves with false where either is not (any more) what it was taken for. */
  write(matter: Change<Matter>, today: CalendarDate, hold?: Change<Hold>): Promise<boolean>;
  /** The unclosed matters of a caller, those open longest first, beyond a position. */
  unclosed(
    caller: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ matters: Matter[]; reached: string | undefined }>;
}

export interface Change<T> {
  readonly next: T;
  /** Undefined where there was none. */
  readonly before: number | undefined;
}

/** What is due when; an entry may have been overtaken by a later one of its matter. */
export interface DueReader {
  /** The entries of one month, `YYYY-MM`, in order of their days, beyond a position. */
  month(
    month: string,
    after: string | undefined,
    limit: number,
  ): Promise<{ entries: (DueEntry & { position: string })[]; reached: string | undefined }>;
  read(caller: string, matter: string): Promise<Kept<Matter> | undefined>;
}

/** What the sweeper may do: read, put tombstones, delete. */
export interface SweepStore extends DueReader {
  /** Ids of a matter's records with the moments of their checks, a bounded number of them. */
  recordsOf(caller: string, matter: string): Promise<{ id: string; checkedAt: string }[]>;
  /** What a tombstone says of a record; undefined where the record itself is gone. */
  toBury(id: string): Promise<Pick<Tombstone, 'id' | 'digest' | 'keepUntil'> | undefined>;
  /**
   * Puts the tombstone, then deletes everything of the caller's record, its grants wherever they are found, and what it still
   * has to report on it; the record itself last. Resolves with false, and deletes nothing, where another tombstone stands there
   * that does not excuse it.
   */
  bury(tombstone: Tombstone, caller: string): Promise<boolean>;
  /** Whether an alert on a check of the matter has not been answered. */
  unanswered(caller: string, matter: string): Promise<boolean>;
  /** Forgets an entry that has been dealt with. */
  dropEntry(entry: DueEntry): Promise<void>;
  /** Forgets a matter all whose records are gone, with its alerts, unless it has changed meanwhile. */
  dropMatter(matter: Matter, revision: number): Promise<void>;
}

/** A matter that a hold was placed on or released from, and how far that has been carried to its records. */
export interface HeldMatter extends MatterName {
  /** Which placing or release. */
  readonly since: string;
  /** The position of the record that was come to last; undefined at the start. */
  readonly after?: string | undefined;
  /** The day on which it was gone through last. */
  readonly doneOn?: CalendarDate | undefined;
}

/** Stops and resumes the terms of what belongs to records: TTL knows of no hold. */
export interface HeldTerms {
  entries(): Promise<readonly HeldMatter[]>;
  /** Whether a hold is on the matter now. */
  isHeld(matter: MatterName): Promise<boolean>;
  /** The records of a matter beyond a position, a bounded number of them; whether these were the last. */
  records(
    matter: MatterName,
    after: string | undefined,
  ): Promise<{
    readonly records: readonly { readonly id: string; readonly position: string }[];
    readonly reached: boolean;
  }>;
  /** Of the record, what was appended to it, its persons, and its grants; `whole` unless a note could not be read. */
  stop(id: string): Promise<{ readonly changed: number; readonly whole: boolean }>;
  resume(id: string): Promise<{ readonly changed: number; readonly whole: boolean }>;
  /** Says nothing where a hold was placed or released since. */
  save(entry: HeldMatter): Promise<void>;
  drop(entry: HeldMatter): Promise<void>;
}
