import type { CheckRecord } from '../check/record.ts';
import { type Instant, parseInstant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';

/** The same for a record that does not exist and for one that is another caller's: whether it exists is no one's to learn. */
export const noSuchCheck = (): Problem =>
  new Problem('not-found', { zh: '没有该核查，或不可见', en: 'No such check, or not visible to this caller.' });

/**
 * The record, where this reader may see it: undefined for another caller's and for one that is past its time though
 * nothing has swept it yet. `only` is the caller whose records may be seen, undefined for an auditor.
 */
export const visibleTo = (
  only: string | undefined,
  record: CheckRecord | undefined,
  now: Instant,
): CheckRecord | undefined =>
  record && (only === undefined || record.caller === only) && parseInstant(record.keepUntil) > now ? record : undefined;
