import { addTo, allows, type Import, type PieceResult, type PlanSummary, sumOf } from './import.ts';
import { writePlanFile } from './plan-file.ts';
import { writeQuarantine } from './quarantine-file.ts';
import { lastImport } from './source-state.ts';
import { following, type IntakePorts, importOf, refuse, release, type StepResult } from './step.ts';
import { workItems } from './work-items.ts';

/** The part of what is in force of a source that one file may end without being told to. */
const MAX_SHRINK = 0.2;

/** Sums the plan up, and says whether it may be carried out: at once, after another person's approval, or not at all. */
export async function decide(ports: IntakePorts, id: string): Promise<StepResult> {
  const { imports } = ports;
  const taken = await importOf(ports, id);
  if (taken.state === 'running') return workItems(ports, taken);
  if (taken.state !== 'planning') return following(id, 'end');
  const source = await imports.source(taken.source);
  // Let go by an attempt that was broken off, or lost: what was compared may not hold any more.
  if (source?.lease?.import !== id) return following(id, 'lease');
  const plan = await summaryOf(ports, taken, lastImport(source));
  const quarantineFile = plan.counts.quarantined > 0;
  if (quarantineFile) await writeQuarantine(ports, taken);
  const planned = await imports.change(id, (before) => ({
    ...before,
    plan: plan.summary,
    quarantineFile,
    faults: plan.faults,
  }));
  const refusal = refusalOf(planned, plan.summary, plan.force);
  const isRead = refusal !== undefined || taken.order.options?.dryRun === true || plan.summary.needsApproval;
  if (isRead && plan.works) {
    await writePlanFile(ports, taken);
    await imports.change(id, (before) => ({ ...before, planFile: true }));
  }
  if (refusal) return refuse(ports, planned, refusal.code, refusal.detail);
  const state = taken.order.options?.dryRun ? 'done' : plan.summary.needsApproval ? 'awaiting-approval' : 'running';
  // While a person thinks it over, other files of the source may come in. Let go before anybody can approve: what goes on
  // after an approval at once has taken the source for itself.
  if (state !== 'running') await release(ports, taken.source, id);
  await imports.change(id, (before) => ({ ...before, state }));
  return state === 'running' ? workItems(ports, planned) : following(id, 'end');
}

async function summaryOf({ imports }: IntakePorts, { id, reading }: Import, basedOn: PlanSummary['basedOn']) {
  const sum = sumOf([...(await imports.pieces(id, 'diff')).values()]);
  const { rows = 0, bad = 0, unknownSubjects = 0, faults = {} } = reading ?? {};
  const counts = { ...sum.counts, read: rows, quarantined: sum.counts.quarantined + bad };
  const { black } = sum;
  addTo(sum.faults, faults);
  // A row that nobody can read, or that says a name and no more, may be one of those that seem to be gone.
  const needsApproval = black.start + black.change + black.end > 0 || (counts.ended > 0 && unknownSubjects > 0);
  const summary: PlanSummary = {
    counts,
    known: sum.known,
    black,
    needsApproval,
    basedOn,
  };
  return {
    summary,
    counts,
    force: sum.force,
    works: Object.keys(sum.work).length > 0,
    faults: sum.faults,
  };
}

function refusalOf(taken: Import, { counts }: PlanSummary, force: PieceResult['force']): Import['refusal'] {
  if (counts.read > 0 && counts.quarantined === counts.read)
    return {
      code: 'no-row-taken-in',
      detail: {
        zh: '没有一行可以入库，来源的时间未更新；见隔离文件',
        en: 'No row could be taken in: the source stays as fresh as it was; see the quarantine file',
      },
    };
  if (force.ending > force.known * MAX_SHRINK && !allows(taken, 'shrink'))
    return {
      code: 'source-would-shrink',
      detail: {
        zh: `文件将终止该来源 ${force.known} 条生效记录中的 ${force.ending} 条（超过 20%）；确属如此请注明 allow: shrink`,
        en: `the file would end ${force.ending} of the ${force.known} listings of its source that are in force (over 20 %); allow "shrink" if it is meant`,
      },
    };
  return undefined;
}
