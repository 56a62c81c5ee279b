import { asksForFeedback, type FollowUps } from '../../lib/check-log/follow-up.ts';
import type { RecordImage } from './images.ts';

/** Opens what the callers of these records are to report on. */
export async function openFollowUps(
  records: readonly RecordImage[],
  followUps: Pick<FollowUps, 'open'>,
): Promise<void> {
  for (const { caller, scene, outcome, at } of records)
    if (asksForFeedback(outcome))
      await followUps.open({ checkId: at.id, caller, scene, outcome, checkedAt: at.moment });
}
