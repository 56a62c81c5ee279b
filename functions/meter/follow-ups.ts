import * as z from 'zod/mini';
import { FollowUp, type FollowUps } from '../../lib/check-log/follow-up.ts';

const Text = z.object({ S: z.string() });

/** A record whose outcome asks for feedback. */
const Recorded = z.object({
  caller: Text,
  scene: Text,
  at: Text,
  outcome: z.object({ S: FollowUp.shape.outcome }),
});

/** Opens what the callers of these records are to report on. */
export async function openFollowUps(recorded: readonly unknown[], followUps: Pick<FollowUps, 'open'>): Promise<void> {
  for (const image of recorded) {
    const record = Recorded.safeParse(image);
    if (!record.success) continue;
    const { caller, scene, outcome, at } = record.data;
    const hash = at.S.indexOf('#');
    const [checkedAt, checkId] = [at.S.slice(0, hash), at.S.slice(hash + 1)];
    await followUps.open({ checkId, caller: caller.S, scene: scene.S, outcome: outcome.S, checkedAt });
  }
}
