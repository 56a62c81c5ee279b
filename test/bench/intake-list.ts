import { createHash } from 'node:crypto';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';
import { usccCheckCharacter } from '../../lib/subject/uscc.ts';

const HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until\n';
/** Published files have mostly one row for a company, and some several. */
const ROWS_OF = [1, 1, 1, 2, 3];
const AUTHORITIES = ['长沙市市场监督管理局', '株洲市生态环境局', '湘潭市应急管理局', '衡阳市住房和城乡建设局'];
const LINES_AT_ONCE = 500;
const EVERY = 100;

/** A list of penalties, the same at every run; with `changed`, every hundredth row says something new. */
export function* listOf(rows: number, changed = false): Generator<string> {
  yield HEADER;
  let lines: string[] = [];
  for (let subject = 0, made = 0; made < rows; subject += 1) {
    const code = codeOf(subject);
    for (let of = ROWS_OF[subject % ROWS_OF.length] ?? 1; of > 0 && made < rows; of -= 1, made += 1) {
      const until = changed && made % EVERY === 0 ? '2028-06-30' : '2027-12-31';
      lines.push(
        `uscc,${code},${nameOf(subject)},ordinary,general-penalty,minor,（2025）湘罚字第${made}号,penalty-decision,2025-03-01,${AUTHORITIES[made % AUTHORITIES.length]},strict-review,${until}\n`,
      );
    }
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

const nameOf = (subject: number): string =>
  `湖南${createHash('sha256').update(String(subject)).digest('hex').slice(0, 8)}建筑工程有限公司`;

function codeOf(subject: number): string {
  const body = String(20_000_000 + subject);
  const uscc = `91430100${body}${orgCodeCheckCharacter(body)}`;
  return uscc + usccCheckCharacter(uscc);
}
