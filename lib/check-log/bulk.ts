import { type Instant, instant, toIso } from '../kernel/clock.ts';
import { BULK_WINDOW_MINUTES, type BulkRule } from './bulk-rules.ts';

const WINDOW_MS = BULK_WINDOW_MINUTES * 60_000;

/** What one client looked at: how often, at whom by name, and how many lines it was shown. */
export interface Looking {
  readonly looks: number;
  readonly lines: number;
  readonly subjects: ReadonlySet<string>;
  /** Subjects of lists that are counted and not named. */
  readonly others: number;
}

/** The first moment of the window that a moment falls in. */
export const windowOf = (at: Instant): Instant => instant(Math.floor(at / WINDOW_MS) * WINDOW_MS);

/** The rules that a client's looks of one window break. */
export const brokenBy = (looking: Looking, rules: readonly BulkRule[]): BulkRule[] =>
  rules.filter(
    ({ counts, moreThan }) =>
      (counts === 'subjects' ? looking.subjects.size + looking.others : looking[counts]) > moreThan,
  );

/**
 * What is registered of a caller that checked more in a minute than it is registered for, once an hour: what it is registered
 * for is what was found usual of it (`quota`), and two people have signed it.
 */
export const bulkChecks = (caller: string, moreThan: number, now: Instant) => ({
  at: toIso(windowOf(now)),
  kind: 'bulk-query' as const,
  who: { actor: caller, caller },
  what: { counts: 'checks', moreThan: String(moreThan), windowMinutes: '1' },
});

/** What is registered of a broken rule: the same for the whole window, so that it is registered once. */
export const bulkQuery = (client: string, { counts, moreThan }: BulkRule, window: Instant) => ({
  at: toIso(window),
  kind: 'bulk-query' as const,
  who: { actor: client, caller: client },
  what: { counts, moreThan: String(moreThan), windowMinutes: String(BULK_WINDOW_MINUTES) },
});
