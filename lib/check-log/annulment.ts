import * as z from 'zod/mini';
import type { CheckRecord } from '../check/record.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { keptText } from '../kernel/text.ts';
import { Signer } from './signer.ts';

/** The body of `POST /v1/checks/<id>/annulment`. */
export const AnnulmentRequest = z.strictObject({ ground: keptText(2_000) });

/** 作废: the caller takes a check back that was asked wrongly. It stays on record, no later grant rests on it, and a veto stays one. */
export const Annulment = z.strictObject({ ...AnnulmentRequest.shape, at: z.iso.datetime(), by: Signer });
export type Annulment = z.infer<typeof Annulment>;

/**
 * A check taken back.
 * @throws Problem `conflict`
 */
export function annul(
  record: CheckRecord,
  annulled: boolean,
  { ground }: z.infer<typeof AnnulmentRequest>,
  by: Signer,
  now: Instant,
): Annulment {
  if (record.outcome === 'invalid')
    throw new Problem('conflict', {
      zh: '这是被退回的请求，不是核查，无可作废',
      en: 'This is a refused attempt and no check: there is nothing to annul.',
    });
  if (annulled) throw new Problem('conflict', { zh: '该核查已作废', en: 'This check is annulled already.' });
  return { ground, at: toIso(now), by };
}
