import { organisationKey } from '../../lib/subject/key.ts';
import { orgCodeCheckCharacter } from '../../lib/subject/org-code.ts';

const HEADER =
  'subject_scheme,subject_id,subject_name,list,domain,grade,document_number,document_type,issued_on,authority,measures,until';

export const codeOf = (subject: number): string => {
  const body = String(subject).padStart(8, '0');
  return body + orgCodeCheckCharacter(body);
};

export const keysUpTo = (subjects: number) =>
  Array.from({ length: subjects }, (_, subject) => organisationKey(codeOf(subject)));

export interface ListRow {
  readonly subject: number;
  readonly number: string;
  readonly authority?: string;
  readonly list?: 'ordinary' | 'black' | 'watch' | 'red';
  readonly name?: string;
  readonly until?: string;
  readonly issuedOn?: string;
  readonly measures?: string;
}

const KINDS = {
  ordinary: 'ordinary,general-penalty,minor',
  black: 'black,court-defaulters,serious',
  watch: 'watch,abnormal-operation,',
  red: 'red,tax-a-grade,',
};
const MEASURES = { ordinary: 'strict-review', black: '', watch: '', red: '' };

/** A file of the generic format. */
export const listOf = (rows: readonly ListRow[]): string =>
  [
    HEADER,
    ...rows.map(
      ({
        subject,
        number,
        authority = '某局',
        list = 'ordinary',
        name = `公司${subject}`,
        until = '2027-01-01',
        issuedOn = '2025-03-01',
        measures = MEASURES[list],
      }) =>
        `org-code,${codeOf(subject)},${name},${KINDS[list]},${number},penalty-decision,${issuedOn},${authority},${measures},${until}`,
    ),
    '',
  ].join('\n');

/** So many rows about each of some subjects. */
export const rowsAbout = (subjects: number, each: number, more: Partial<ListRow> = {}): ListRow[] =>
  Array.from({ length: subjects * each }, (_, at) => ({
    subject: Math.floor(at / each),
    number: `（2025）罚${at}号`,
    ...more,
  }));
