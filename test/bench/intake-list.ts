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

export interface Listed {
  readonly code: string;
  /** Its 主体标识码. */
  readonly code9: string;
  readonly name: string;
  /** The rows that are about it, by their numbers in the list. */
  readonly rows: readonly number[];
}

/** The companies of a list of so many rows, the same at every run. */
export function* companiesOf(rows: number): Generator<Listed> {
  for (let company = 0, made = 0; made < rows; company += 1) {
    const count = Math.min(ROWS_OF[company % ROWS_OF.length] ?? 1, rows - made);
    const [code9, first] = [code9Of(company), made];
    yield {
      code: codeOf(code9),
      code9,
      name: nameOf(company),
      rows: Array.from({ length: count }, (_, of) => first + of),
    };
    made += count;
  }
}

/** A list of penalties, the same at every run; with `changed`, every hundredth row says something new. */
export function* listOf(rows: number, changed = false): Generator<string> {
  yield HEADER;
  let lines: string[] = [];
  for (const { code, name, rows: numbers } of companiesOf(rows)) {
    for (const number of numbers) {
      const until = changed && number % EVERY === 0 ? '2028-06-30' : '2027-12-31';
      lines.push(
        `uscc,${code},${name},ordinary,general-penalty,minor,（2025）湘罚字第${number}号,penalty-decision,2025-03-01,${AUTHORITIES[number % AUTHORITIES.length]},strict-review,${until}\n`,
      );
    }
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  yield lines.join('');
}

const nameOf = (company: number): string =>
  `湖南${createHash('sha256').update(String(company)).digest('hex').slice(0, 8)}建筑工程有限公司`;

function code9Of(company: number): string {
  const body = String(20_000_000 + company);
  return `${body}${orgCodeCheckCharacter(body)}`;
}

function codeOf(code9: string): string {
  const uscc = `91430100${code9}`;
  return uscc + usccCheckCharacter(uscc);
}
