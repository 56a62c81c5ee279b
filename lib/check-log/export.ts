import * as z from 'zod/mini';
import { CheckAnswer } from '../check/answer.ts';
import type { RecordedOutcome } from '../check/record.ts';
import { parseInstant, toBeijing } from '../kernel/clock.ts';
import { csvLine } from '../kernel/csv.ts';
import type { Bilingual, Language } from '../kernel/text.ts';
import type { AskedPrincipal, LogRow } from './ports.ts';
import { type Found, searchBody } from './search.ts';
import { CheckSummary, summariesOf } from './summary.ts';

const DEFAULT_LINES = 1_000;
const MAX_LINES = 2_000;

/** The body of `POST /v1/checks/export`: a search, and how many lines one answer may have. */
export const ExportRequest = z.strictObject({
  ...searchBody,
  limit: z._default(z.int().check(z.minimum(1), z.maximum(MAX_LINES)), DEFAULT_LINES),
});

/** A line of an export: what a search shows, and what it can be searched by. */
export const ExportedCheck = z.extend(CheckSummary, {
  /** As it was asked with; of a refused attempt its code alone, null where that is no code either. */
  principal: z.nullable(CheckAnswer.shape.principal),
  operator: z.string(),
  /** The listings that the outcome rests on. */
  listings: z.array(z.string()),
});
type ExportedCheck = z.infer<typeof ExportedCheck>;

export const EXPORT_TYPES = { csv: 'text/csv', jsonl: 'application/x-ndjson' } as const;
export type ExportFormat = keyof typeof EXPORT_TYPES;

/** What an `Accept` header asks for: JSON Lines where it leaves the choice; undefined where it takes neither. */
export function formatFor(accept = '*/*'): ExportFormat | undefined {
  const types = accept.split(',').map((each) => (each.split(';')[0] ?? '').trim().toLowerCase());
  if (types.includes(EXPORT_TYPES.csv)) return 'csv';
  const open = types.some((type) => type === EXPORT_TYPES.jsonl || type === '*/*' || type === 'application/*');
  return open ? 'jsonl' : undefined;
}

/** Lambda gives 6 MB back at most, JSON-escaped: a line of a subject with thousands of listings is long. */
const MAX_BYTES = 3_000_000;

/**
 * One page as text that can be appended to that of the page before it; the first of a CSV has the byte order mark and
 * the heads. `next` is the cursor of the page after it, null at the end.
 */
export function exportPage(
  found: Pick<Found, 'rows' | 'next' | 'after'>,
  { masked, principals }: Beside,
  format: ExportFormat,
  first: boolean,
  language: Language,
): { text: string; lines: number; next: string | null } {
  const texts = first && format === 'csv' ? [`\uFEFF${csvLine(COLUMNS.map(({ head }) => head[language]))}`] : [];
  let bytes = 0;
  for (const [index, line] of linesOf(found.rows, { masked, principals }).entries()) {
    const text =
      format === 'jsonl' ? `${JSON.stringify(line)}\n` : csvLine(COLUMNS.map(({ cell }) => cell(line, language)));
    bytes += Buffer.byteLength(text);
    const before = found.rows[index - 1];
    if (bytes > MAX_BYTES && before) return { text: texts.join(''), lines: index, next: found.after(before) };
    texts.push(text);
  }
  return { text: texts.join(''), lines: found.rows.length, next: found.next };
}

/** What of the lines stands in their records alone. */
interface Beside {
  /** Of persons, keyed `id/member`. */
  readonly masked: ReadonlyMap<string, string>;
  /** By the record's id. */
  readonly principals: ReadonlyMap<string, AskedPrincipal>;
}

const linesOf = (rows: readonly LogRow[], { masked, principals }: Beside): ExportedCheck[] =>
  summariesOf(rows, masked).map((summary, index) => ({
    ...summary,
    principal: principals.get(summary.id) ?? principalIn(rows[index]),
    operator: rows[index]?.operator ?? '',
    listings: [...(rows[index]?.listings ?? [])],
  }));

/** What a line is found by: 主体标识码, or a number that leads to nobody. */
function principalIn(row: LogRow | undefined): AskedPrincipal | null {
  const [kind, scheme = '', ...number] = row?.principal?.split(':') ?? [];
  if (kind === 'o') return { scheme: 'org-code', id: scheme };
  return scheme === 'registration-no' ? { scheme, id: number.join(':') } : null;
}

const OUTCOMES: Record<RecordedOutcome, Bilingual> = {
  pass: { zh: '未发现', en: 'Nothing found' },
  favour: { zh: '激励', en: 'Favour' },
  warn: { zh: '提示', en: 'Warning' },
  restrict: { zh: '从严', en: 'Restriction' },
  indeterminate: { zh: '转人工', en: 'Indeterminate' },
  veto: { zh: '一票否决', en: 'Veto' },
  invalid: { zh: '标识码无效，未核查', en: 'Invalid identifier, not checked' },
};

interface Column {
  readonly head: Bilingual;
  readonly cell: (line: ExportedCheck, language: Language) => string;
}

const COLUMNS: readonly Column[] = [
  { head: { zh: '核查编号', en: 'Check' }, cell: ({ id }) => id },
  { head: { zh: '核查时间（UTC）', en: 'Checked at (UTC)' }, cell: ({ checkedAt }) => checkedAt },
  {
    head: { zh: '核查时间（北京时间）', en: 'Checked at (Beijing)' },
    cell: ({ checkedAt }) => toBeijing(parseInstant(checkedAt)),
  },
  { head: { zh: '结论代码', en: 'Outcome code' }, cell: ({ outcome }) => outcome },
  { head: { zh: '结论', en: 'Outcome' }, cell: ({ outcome }, language) => OUTCOMES[outcome][language] },
  { head: { zh: '应用场景', en: 'Scene' }, cell: ({ scene }) => scene },
  { head: { zh: '事项', en: 'Matter' }, cell: ({ matter }) => matter },
  { head: { zh: '调用单位', en: 'Caller' }, cell: ({ caller }) => caller },
  { head: { zh: '采购人或主管部门', en: 'Principal' }, cell: ({ principal }) => principal?.name ?? '' },
  { head: { zh: '采购人或主管部门代码', en: "Principal's code" }, cell: ({ principal }) => principal?.id ?? '' },
  { head: { zh: '操作人（调用单位声明）', en: 'Operator (as asserted)' }, cell: ({ operator }) => operator },
  { head: { zh: '标识码类型', en: 'Scheme' }, cell: ({ subject }) => subject?.scheme ?? '' },
  { head: { zh: '标识码', en: 'Identifier' }, cell: ({ subject }) => subject?.id ?? '' },
  { head: { zh: '关联关系', en: 'Via' }, cell: ({ via }) => via?.relation ?? '' },
  { head: { zh: '依据的名单记录', en: 'Listings' }, cell: ({ listings }) => listings.join(' ') },
];
