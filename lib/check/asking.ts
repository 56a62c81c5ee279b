import type { Language } from '../kernel/text.ts';

/** Who asks, and how. */
export interface Asking {
  readonly caller: string;
  readonly language: Language;
  readonly idempotencyKey: string | undefined;
  /** Aborts what is under way when there is no time left to answer. */
  readonly signal: AbortSignal;
}
