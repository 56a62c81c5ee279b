import type { Language } from '../kernel/text.ts';

/** Does a piece of work under a limit of its own, after which the signal aborts. */
export type Within = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;

/** Who asks, and how. */
export interface Asking {
  readonly caller: string;
  readonly language: Language;
  readonly idempotencyKey: string | undefined;
  /** Aborts what is under way when there is no time left to answer. */
  readonly signal: AbortSignal;
}
