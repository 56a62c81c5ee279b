/** Columns of 中国执行信息公开网 that the tests look at. */
const COLUMN = {
  id: '身份证号码/组织机构代码',
  court: '执行法院',
  caseNumber: '案号',
  reasons: '失信被执行人行为具体情形',
  published: '发布时间',
} as const;

/** The reason that has no fixed term, as D9 words it. */
const WITHOUT_TERM = '有履行能力而拒不履行';
const YEARS = 2;

export interface CourtRow {
  /** Of the row in the file, the header being line 1. */
  readonly line: number;
  readonly masked: boolean;
  readonly court: string;
  readonly caseNumber: string;
  /** The last day of the term, `YYYY-MM-DD`; null where there is none. */
  readonly until: string | null;
}

/**
 * D9, read off the row by itself and without the product: one line per row, as no cell of this file has a line break.
 * Any row with the reason 有履行能力而拒不履行 among its reasons has no fixed term, every other ends after two years.
 */
export const courtRows = (rows: readonly Record<string, string>[]): CourtRow[] =>
  rows.map((row, index) => {
    const published = /^(\d{4})年(\d{2})月(\d{2})日$/.exec(row[COLUMN.published] ?? '');
    if (!published) throw new Error(`line ${index + 2} has no date of publication`);
    const [, year, month, day] = published;
    return {
      line: index + 2,
      masked: (row[COLUMN.id] ?? '').includes('*'),
      court: row[COLUMN.court] ?? '',
      caseNumber: row[COLUMN.caseNumber] ?? '',
      until: (row[COLUMN.reasons] ?? '').includes(WITHOUT_TERM) ? null : `${Number(year) + YEARS}-${month}-${day}`,
    };
  });

/** （2018）, (2018) and 〔2018〕 are the same number. */
export const sameNumber = (caseNumber: string): string => caseNumber.replace(/[（〔]/g, '(').replace(/[）〕]/g, ')');
