import type { Instant } from '../kernel/clock.ts';
import type { Caller } from './caller.ts';

interface Bucket {
  tokens: number;
  at: Instant;
}

/**
 * A token bucket per caller, in the memory of one execution environment. It bounds a caller to its quota times the
 * environments that serve it; `blockedUntil` on the caller's item, fed from the log's stream, bounds it over all of them.
 */
export class Quota {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes `count` checks from the caller's quota. Resolves with the whole seconds to wait when they are not there. */
  take({ id, quota }: Caller, count: number, now: Instant): number | undefined {
    const bucket = this.#buckets.get(id) ?? { tokens: quota.burst, at: now };
    // A clock that steps back refills nothing, and takes nothing away.
    const refilled = bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * quota.perSecond;
    const tokens = Math.min(Math.max(quota.burst, count), refilled);
    const enough = tokens >= count;
    this.#buckets.set(id, { tokens: enough ? tokens - count : tokens, at: now });
    return enough ? undefined : Math.max(1, Math.ceil((count - tokens) / quota.perSecond));
  }
}
