import { type Instant, parseInstant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { answerOf } from './receipt.ts';
import type { CheckRecord } from './record.ts';

/** A retry with the same key gets the first answer for at most this long. */
const REPLAY_WINDOW_MS = 24 * 3_600_000;

export interface Answered {
  readonly id: string;
  /** The answer's JSON: on a replay, the same bytes as the first time. */
  readonly body: string;
  readonly replayed: boolean;
  readonly record: CheckRecord;
}

/**
 * The first answer under a key again.
 * @throws Problem `idempotency-mismatch`, `conflict` where it no longer serves
 */
export function replay(first: CheckRecord, retry: CheckRecord, now: Instant): Answered {
  if (first.fingerprint !== retry.fingerprint)
    throw new Problem('idempotency-mismatch', {
      zh: '该幂等键已用于另一个请求',
      en: 'This Idempotency-Key was used with another body.',
    });
  const servesUntil = Math.min(parseInstant(first.expiresAt), parseInstant(first.checkedAt) + REPLAY_WINDOW_MS);
  if (now >= servesUntil)
    throw new Problem(
      'conflict',
      {
        zh: `该幂等键对应的核查 ${first.id} 已过期，请用新的幂等键重新核查`,
        en: `The check ${first.id} of this Idempotency-Key has expired: check again under a new key.`,
      },
      { checkId: first.id },
    );
  return { id: first.id, body: answerOf(first), replayed: true, record: first };
}
