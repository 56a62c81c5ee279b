import * as z from 'zod/mini';
import { Signer } from '../check-log/signer.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { keptText } from '../kernel/text.ts';

/** The body of `POST /v1/holds`. */
export const HoldRequest = z.strictObject({
  caller: keptText(128),
  matter: keptText(128),
  reason: keptText(1_000),
});

/** The body of `POST /v1/holds/<id>/release`. */
export const ReleaseRequest = z.strictObject({ reason: keptText(1_000) });

const Signed = z.strictObject({ at: z.iso.datetime(), by: Signer });

/**
 * 保全: keeps a matter's records beyond their time, as for a suit or an inspection. It holds from its proposal on: what
 * another person has not looked at yet is not deleted meanwhile. It is released when another person agrees.
 */
export const Hold = z.strictObject({
  id: z.string(),
  ...HoldRequest.shape,
  state: z.enum(['proposed', 'in-force', 'release-proposed', 'released']),
  proposed: Signed,
  approved: z.optional(Signed),
  release: z.optional(z.strictObject({ ...ReleaseRequest.shape, proposed: Signed, approved: z.optional(Signed) })),
});
export type Hold = z.infer<typeof Hold>;
export type HoldState = Hold['state'];

/** Those that another person has to sign yet. */
export const WAITING: readonly HoldState[] = ['proposed', 'release-proposed'];

/** A hold as an auditor proposes it. */
export const propose = (request: z.infer<typeof HoldRequest>, id: string, by: Signer, now: Instant): Hold => ({
  id,
  ...request,
  state: 'proposed',
  proposed: { at: toIso(now), by },
});

/**
 * The hold once another person agrees with what is proposed: that it is in force, or that it is released.
 * @throws Problem `conflict`, `forbidden`
 */
export function approve(hold: Hold, by: Signer, now: Instant): Hold {
  const signed = { at: toIso(now), by };
  if (hold.state === 'release-proposed' && hold.release) {
    assertAnother(hold.release.proposed.by, by);
    return { ...hold, state: 'released', release: { ...hold.release, approved: signed } };
  }
  if (hold.state !== 'proposed') throw wrongState(hold.state, WAITING);
  assertAnother(hold.proposed.by, by);
  return { ...hold, state: 'in-force', approved: signed };
}

/**
 * The hold once its release is proposed, with a reason.
 * @throws Problem `conflict`
 */
export function release(hold: Hold, { reason }: z.infer<typeof ReleaseRequest>, by: Signer, now: Instant): Hold {
  if (hold.state !== 'proposed' && hold.state !== 'in-force') throw wrongState(hold.state, ['proposed', 'in-force']);
  return { ...hold, state: 'release-proposed', release: { reason, proposed: { at: toIso(now), by } } };
}

function assertAnother(first: Signer, second: Signer): void {
  const same = first.subject === second.subject || (first.person !== undefined && first.person === second.person);
  if (same)
    throw new Problem('forbidden', {
      zh: '保全及其解除须由另一人批准',
      en: 'Another person than the one who proposed it approves.',
    });
}

const wrongState = (state: HoldState, allowed: readonly HoldState[]): Problem =>
  new Problem('conflict', {
    zh: `该保全当前状态为 ${state}，此操作要求 ${allowed.join(' 或 ')}`,
    en: `The hold is ${state}; this needs ${allowed.join(' or ')}.`,
  });
