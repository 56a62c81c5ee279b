import type { ImportReport } from './import-list.ts';

const WIDE = /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]/u;
const LABEL_COLUMNS = 30;

/** What an import did, in both languages, line by line. Holds no cell of the file. */
export function summaryLines(report: ImportReport, dryRun: boolean): string[] {
  const { terms, signed } = report;
  const lines = [
    dryRun ? '试运行，未写入任何内容  dry run, nothing was written' : '导入完成  import finished',
    labelled('来源  source', report.source),
    labelled('读入  rows read', report.read),
    labelled('= 新增  added', report.added),
    labelled('+ 变更  changed', report.changed),
    labelled('+ 未变  unchanged', report.unchanged),
    labelled('+ 文件内重复  merged', report.merged),
    labelled('+ 隔离  quarantined', report.quarantined.length),
    labelled('今日在期  in force today', terms.inForce),
    labelled('已满期  out of term today', terms.over),
  ];
  if (terms.toCome > 0) lines.push(labelled('尚未起算  not yet in force', terms.toCome));
  if (report.absent > 0)
    lines.push(
      labelled('文件中没有的原有记录  kept', `${report.absent}（不因缺少而终止  not ended by their absence）`),
    );
  if (signed.approvedBy !== undefined)
    lines.push(
      `可能涉及黑名单的起止：由 ${signed.person} 提出、${signed.approvedBy} 批准  black listings start, or may change: proposed by ${signed.person}, approved by ${signed.approvedBy}`,
    );
  return lines;
}

/** The label padded to a column; a Chinese character takes two. */
function labelled(label: string, value: string | number): string {
  const width = [...label].reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
  return `  ${label}${' '.repeat(Math.max(1, LABEL_COLUMNS - width))}${value}`;
}
