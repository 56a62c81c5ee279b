import type { Catalogue } from '../catalogue/catalogue.ts';
import { Grade, ListKind, Region } from '../catalogue/vocabulary.ts';
import { addYears, type CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { Leniency } from '../listing/standing.ts';
import { foldIdentifier, foldName } from '../subject/fold.ts';
import type { PersonKeyring } from '../subject/key.ts';
import { Cells } from './cells.ts';
import type { CsvRecord } from './csv.ts';
import { FileFault } from './file-fault.ts';
import { layoutOf } from './layout.ts';
import type { Profile } from './profile.ts';
import { Decision, type ReadRow } from './row.ts';
import { readSubject } from './row-subject.ts';

export interface RowContext {
  readonly profile: Profile;
  readonly catalogue: Catalogue;
  readonly ring: PersonKeyring;
}

/**
 * The rows of a file, good and bad, in its order: the first record is the header.
 * @throws FileFault for a file without header, without rows, or with the wrong columns
 */
export async function* readRows(records: AsyncIterable<CsvRecord>, context: RowContext): AsyncGenerator<ReadRow> {
  let layout: ReturnType<typeof layoutOf> | undefined;
  let rows = 0;
  for await (const record of records) {
    if (layout === undefined) {
      layout = layoutOf(record.cells, context.profile);
      continue;
    }
    rows += 1;
    yield readRow(new Cells(record, layout, context.profile), context);
  }
  if (layout === undefined) throw new FileFault('empty-file', { zh: '文件为空', en: 'the file is empty' });
  if (rows === 0)
    throw new FileFault('no-rows', { zh: '文件只有表头，没有数据行', en: 'the file has a header and no rows' });
}

function readRow(cells: Cells, context: RowContext): ReadRow {
  const bad = (): ReadRow => ({ ok: false, line: cells.line, faults: cells.faults });
  // Cells that may stand in the wrong columns are not read: every further fault would be a guess.
  if (cells.faults.length > 0) return bad();
  const subject = readSubject(cells, context.profile, context.ring);
  const candidate = decisionIn(cells, context);
  if (cells.faults.length > 0 || subject === undefined) return bad();
  const decision = Decision.parse(candidate);
  const { secret, ...who } = subject;
  if (secret !== undefined && foldIdentifier(JSON.stringify(decision)).includes(secret)) {
    cells.fail('subjectId', 'personal-data', {
      zh: '证件号码还出现在其他列中，请删去',
      en: 'the person’s number stands in another column too: remove it there',
    });
    return bad();
  }
  // What the source says beside the listing is kept of organisations only: free text names persons.
  const fields = secret === undefined ? cells.kept() : {};
  return { ok: true, row: { line: cells.line, ...who, decision, fields } };
}

/** The listing that a row makes, some of it undefined where a fault has been noted. */
function decisionIn(cells: Cells, { catalogue, profile }: RowContext) {
  cells.required('list');
  cells.required('domain');
  const list = cells.oneOf('list', ListKind.options);
  const domain = domainIn(cells, catalogue, list);
  const issuedOn = cells.requiredDate('issuedOn');
  const from = cells.date('from') ?? issuedOn;
  const until = profile.term.rule === 'columns' ? (cells.date('until') ?? null) : termOf(cells, profile.term, from);
  if (from !== undefined && until && until < from)
    cells.fail('until', 'bad-date', { zh: '止期早于起期', en: 'the last day is before the first' });
  const region = regionIn(cells);
  const sectors = sectorsIn(cells, catalogue);
  const leniency = cells.manyOf('leniency', Leniency.options);
  const remedy = cells.text('remedy', 'long');
  const grade = gradeIn(cells, list);
  return {
    list,
    domain,
    authority: cells.requiredText('authority', 'short'),
    ...(grade !== undefined && { grade }),
    document: {
      number: cells.requiredText('documentNumber', 'short'),
      type: documentTypeIn(cells),
      issuedOn,
    },
    measures: measuresIn(cells, catalogue, list, domain),
    from,
    until,
    ...(region !== undefined && { region }),
    ...(sectors.length > 0 && { sectors }),
    ...(leniency !== undefined && leniency.length > 0 && { leniency }),
    repair: repairIn(cells),
    ...(remedy !== undefined && { remedy }),
  };
}

/** D9: the reason decides the term, and the profile says how. */
function termOf(
  cells: Cells,
  { unlimited, otherwiseYears }: Extract<Profile['term'], { rule: 'by-reason' }>,
  from: CalendarDate | undefined,
): CalendarDate | null {
  const reason = foldName(cells.required('reason') ?? '');
  if (from === undefined || unlimited.some((phrase) => reason.includes(foldName(phrase)))) return null;
  return addYears(from, otherwiseYears);
}

function domainIn(cells: Cells, { domains }: Catalogue, list: ListKind | undefined): string | undefined {
  const kept = domains.filter(({ lists }) => list === undefined || lists.includes(list)).map(({ code }) => code);
  return cells.oneOf('domain', kept, 'unknown-code');
}

function measuresIn(cells: Cells, { measures }: Catalogue, list: ListKind | undefined, domain: string | undefined) {
  const allowed = measures.filter(
    (measure) =>
      (list === undefined || measure.lists.includes(list)) &&
      (domain === undefined || measure.domains.includes(domain)),
  );
  return cells.manyOf(
    'measures',
    allowed.map(({ code }) => code),
    'unknown-code',
  );
}

/** A misspelt sector would confine a ban to nowhere. */
const sectorsIn = (cells: Cells, { sectors }: Catalogue): string[] =>
  cells.value('sectors') === ''
    ? []
    : (cells.manyOf(
        'sectors',
        sectors.map(({ code }) => code),
        'unknown-code',
      ) ?? []);

/** D4: black lists hold serious dishonesty only, ordinary ones what is less; watch and red listings have no grade. */
function gradeIn(cells: Cells, list: ListKind | undefined): Grade | undefined {
  const allowed: readonly Grade[] = list === 'black' ? ['serious'] : list === 'ordinary' ? ['minor', 'ordinary'] : [];
  if (allowed.length > 0) cells.required('grade');
  else if (list !== undefined && cells.value('grade') !== '')
    return cells.fail('grade', 'invalid-value', { zh: '该类名单不分等级', en: 'this kind of list has no grades' });
  return cells.oneOf('grade', list === undefined ? Grade.options : allowed);
}

function documentTypeIn(cells: Cells): string | undefined {
  const type = cells.required('documentType');
  if (type === undefined || kebab.safeParse(type).success) return type;
  return cells.fail('documentType', 'invalid-value', {
    zh: '文书类型应为小写代码，如 penalty-decision',
    en: 'a document type is a lower-case code such as penalty-decision',
  });
}

function regionIn(cells: Cells): string | undefined {
  const region = cells.value('region');
  if (region === '' || Region.safeParse(region).success) return region === '' ? undefined : region;
  return cells.fail('region', 'invalid-value', {
    zh: '应为 6 位行政区划代码',
    en: 'a region is six digits (GB/T 2260)',
  });
}

/** H21#11: only the law makes a listing irreparable, and it is cited. */
function repairIn(cells: Cells) {
  const repairable = cells.oneOf('repairable', ['true', 'false']) !== 'false';
  if (!repairable) cells.required('citation');
  const route = cells.text('repairRoute', 'long');
  const citation = cells.text('citation', 'long');
  return { repairable, ...(route !== undefined && { route }), ...(citation !== undefined && { citation }) };
}
