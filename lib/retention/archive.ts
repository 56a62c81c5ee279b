import { addDays, addYears, dateOf, type Instant, parseInstant, startOf } from '../kernel/clock.ts';
import type { Keeping } from './matter.ts';

/** The longest lock that is given: a scene that keeps longer keeps in the log what is older. */
export const LONGEST_LOCK_YEARS = 30;
/** Under which the objects of one term stand, so that they expire together. */
export const archivePrefix = (years: number): string => `records/${String(years).padStart(2, '0')}y/`;

/** One item of a record as it was inserted. */
export interface InsertedItem {
  readonly id: string;
  /** Which item of the record: `R`, or `M#01` and so on. */
  readonly part: string;
  readonly scene: string;
  readonly checkedAt: string;
  /** As DynamoDB's own export writes it: one line. */
  readonly line: string;
}

/** The same as it is archived. */
export interface ArchivedItem {
  readonly name: string;
  readonly line: string;
  readonly lockedUntil: Instant;
}

export interface RecordArchive {
  /** Resolves once all are kept; what is there already stays as it is. */
  keep(items: readonly ArchivedItem[]): Promise<void>;
}

/**
 * Where a copy stands and until when it is locked: to the first moment at which its record may be deleted, were its
 * matter closed on the day of the check, and no longer. A scene that the catalogue no longer has: the shortest of its terms.
 */
export function archived({ id, part, scene, checkedAt, line }: InsertedItem, { scenes }: Keeping): ArchivedItem {
  const known = scenes.find(({ code }) => code === scene);
  const kept = known?.retentionYears ?? Math.min(...scenes.map(({ retentionYears }) => retentionYears));
  const years = Math.min(kept, LONGEST_LOCK_YEARS);
  const on = dateOf(parseInstant(checkedAt));
  return {
    name: `${archivePrefix(years)}${on}/${id}/${part.replace('#', '')}.json`,
    line,
    lockedUntil: startOf(addDays(addYears(on, years), 1)),
  };
}
