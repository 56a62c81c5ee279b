import { type Instant, instant, toIso } from '../kernel/clock.ts';
import { allows, type Import } from './import.ts';
import { bucketRanges } from './piece.ts';
import { lastImport, leased } from './source-state.ts';
import { following, type IntakePorts, importOf, isFinished, refuse, type StepResult } from './step.ts';
import { workItems } from './work-items.ts';

/** Longer than one invocation may take: a lease that is older is a dead worker's. */
const LEASE_MS = 30 * 60_000;
const RENEW_BELOW_MS = LEASE_MS / 2;
const WAIT_SECONDS = 5;
/** After the first minute: a flow on AWS takes so many steps and no more. */
const LONG_WAIT_SECONDS = 60;
/** As long as another import is at work, but no longer than a day; then whoever sent the file decides. */
const MAX_WAIT_SECONDS = 24 * 60 * 60;
const MS_PER_SECOND = 1_000;

const until = (now: Instant): string => toIso(instant(now + LEASE_MS));

/**
 * Has the source for this import alone, or waits. What is planned from then on still holds when it is carried out; a
 * plan that has waited for its approval is checked against what its source has taken in meanwhile.
 */
export async function lease(ports: IntakePorts, id: string, waitingSince: number): Promise<StepResult> {
  const { imports, clock } = ports;
  const taken = await importOf(ports, id);
  if (isFinished(taken)) return following(id, 'end');
  const now = clock();
  const source = await imports.changeSource(taken.source, (before) => leased(before, taken, toIso(now), until(now)));
  if (!source) {
    const seconds = Math.floor(now / MS_PER_SECOND);
    const since = waitingSince || seconds;
    if (seconds - since >= MAX_WAIT_SECONDS)
      return refuse(ports, taken, 'source-busy', {
        zh: '同一来源的另一次导入一天仍未结束，请稍后重新提交',
        en: 'another import of this source has not come to its end in a day: send the file again later',
      });
    const waitSeconds = seconds - since < LONG_WAIT_SECONDS ? WAIT_SECONDS : LONG_WAIT_SECONDS;
    return following(id, 'lease', { waitSeconds, waitingSince: since });
  }
  if (taken.state === 'running') {
    // It may be its own: broken off between the source's last word and its own.
    if (![taken.plan?.basedOn, id].includes(lastImport(source))) return refuse(ports, taken, 'source-moved', MOVED);
    return workItems(ports, taken);
  }
  if (source.asOf !== undefined && source.asOf > taken.asOf && !allows(taken, 'older'))
    return refuse(ports, taken, 'older-than-taken-in', {
      zh: `该来源已收到 ${source.asOf} 的数据，本文件为 ${taken.asOf}；确需导入请注明 allow: older`,
      en: `the source has been taken in as of ${source.asOf}, and this file is of ${taken.asOf}; allow "older" if it is meant`,
    });
  return following(id, 'decide', { each: 'diff', items: bucketRanges(taken.order.file.size) });
}

const MOVED = {
  zh: '等待批准期间，同一来源已有另一次导入，原方案不再适用，请重新提交文件',
  en: 'another import of the source was carried out while this one waited for approval: its plan no longer holds, send the file again',
};

/** Another import has had the source since: what this one has planned may not hold any more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/**
 * Keeps the lease of an import at work.
 * @throws LeaseLost where it was too slow for too long
 */
export async function renew({ imports, clock }: IntakePorts, { id, source }: Import): Promise<void> {
  const now = clock();
  await imports.changeSource(source, (before) => {
    if (before.lease?.import !== id) throw new LeaseLost();
    if (Date.parse(before.lease.until) - now > RENEW_BELOW_MS) return undefined;
    return leased(before, { id }, toIso(now), until(now));
  });
}
