import type { ImportAnswer } from './import-api.ts';

const WIDE = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;
const LABEL_COLUMNS = 30;

const HEADLINES: Record<string, string> = {
  done: '导入完成  import finished',
  'awaiting-approval': '等待另一人批准  waits for another person’s approval',
  refused: '未导入  refused',
  failed: '中断  broken off',
};

/** What an import did or would do, in both languages, line by line. Holds no cell of the file. */
export function summaryLines(answer: ImportAnswer): string[] {
  const { state, source, options, plan, result, terms, conflicts = {}, proposedBy, approvedBy } = answer;
  const counts = result ?? plan?.counts;
  if (!counts) return [];
  const dryRun = state === 'done' && options?.dryRun === true;
  const lines = [
    dryRun ? '试运行，未写入任何内容  dry run, nothing was written' : (HEADLINES[state] ?? state),
    labelled('来源  source', source),
    labelled('读入  rows read', counts.read),
    labelled('= 新增  added', counts.added),
    labelled('+ 变更  changed', counts.changed),
    labelled('+ 未变  unchanged', counts.unchanged),
    labelled('+ 文件内重复  merged', counts.merged),
    labelled('+ 隔离  quarantined', counts.quarantined),
    labelled('来源撤下  ended', counts.ended),
  ];
  if (result && terms) {
    lines.push(labelled('今日在期  in force today', terms.inForce), labelled('已满期  out of term today', terms.over));
    if (terms.toCome > 0) lines.push(labelled('尚未起算  not yet in force', terms.toCome));
  }
  if (counts.kept > 0)
    lines.push(labelled('文件中没有的原有记录  kept', `${counts.kept}（不因缺少而终止  not ended by their absence）`));
  if (counts.stillDelivered > 0)
    lines.push(labelled('本系统已终止仍报送  still delivered', `${counts.stillDelivered}（保持终止  stay ended）`));
  if (counts.blacklisted > 0) lines.push(labelled('红名单遇黑名单即止  black listing in force', counts.blacklisted));
  const contradictions = Object.values(conflicts).reduce((sum, count) => sum + count, 0);
  if (contradictions > 0) lines.push(labelled('相互矛盾  conflicts', `${contradictions}（GET /v1/conflicts）`));
  if (plan?.needsApproval) {
    const { start, change, end } = plan.black;
    lines.push(labelled('黑名单  black listings', `起 start ${start}, 变 change ${change}, 止 end ${end}`));
  }
  if (approvedBy !== undefined)
    lines.push(`由 ${proposedBy} 提出、${approvedBy} 批准  proposed by ${proposedBy}, approved by ${approvedBy}`);
  return lines;
}

/** The label padded to a column; a Chinese character takes two. */
function labelled(label: string, value: string | number): string {
  const width = [...label].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
  return `  ${label}${' '.repeat(Math.max(1, LABEL_COLUMNS - width))}${value}`;
}
