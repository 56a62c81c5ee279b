import * as z from 'zod/mini';
import type { CheckRecord } from '../check/record.ts';
import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { keptText } from '../kernel/text.ts';
import { Signer } from './signer.ts';

/** The body of `POST /v1/checks/<id>/determination`. */
export const DeterminationRequest = z.strictObject({
  decision: z.enum(['may-grant', 'must-not-grant']),
  ground: keptText(2_000),
});

/** 人工认定: a person's decision on an indeterminate check, appended to it. */
export const Determination = z.strictObject({
  ...DeterminationRequest.shape,
  at: z.iso.datetime(),
  by: z.strictObject({ ...Signer.shape, person: z.string() }),
});
export type Determination = z.infer<typeof Determination>;

/**
 * A person's decision on a check, where the check leaves one to make: one that was taken back leaves none.
 * @throws Problem `conflict` where it does not
 */
export function determine(
  record: CheckRecord,
  annulled: boolean,
  request: z.infer<typeof DeterminationRequest>,
  by: Determination['by'],
  now: Instant,
): Determination {
  if (record.outcome !== 'indeterminate')
    throw new Problem('conflict', {
      zh: `该核查的结论为 ${record.outcome}，只有 indeterminate 可以人工认定`,
      en: `The outcome of this check is ${record.outcome}; only an indeterminate one can be determined.`,
    });
  if (annulled)
    throw new Problem('conflict', {
      zh: '该核查的状态为已作废，不可再人工认定，请重新核查',
      en: 'This check is annulled and cannot be determined any more: check again.',
    });
  if (now >= parseInstant(record.expiresAt))
    throw new Problem('conflict', {
      zh: '该核查已过有效期，请重新核查',
      en: 'This check has expired: check again.',
    });
  return { ...request, at: toIso(now), by };
}
