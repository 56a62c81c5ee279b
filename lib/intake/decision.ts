import type { Catalogue } from '../catalogue/catalogue.ts';
import { Grade, ListKind, Region } from '../catalogue/vocabulary.ts';
import { addMonths, type CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { Leniency } from '../listing/standing.ts';
import { foldName } from '../subject/fold.ts';
import type { Cells } from './cells.ts';
import type { Profile } from './profile.ts';
import { type Term, termIn } from './terms.ts';

/** The listing that a row makes, some of it undefined where a fault has been noted. */
export function decisionIn(cells: Cells, profile: Profile, catalogue: Catalogue) {
  cells.required('list');
  cells.required('domain');
  const list = cells.oneOf('list', ListKind.options);
  const domain = domainIn(cells, catalogue, list);
  const issuedOn = cells.requiredDate('issuedOn');
  const grade = gradeIn(cells, profile, list);
  const { from, until, imposed, publishedUntil } = withinLongest(
    termIn(cells, profile, issuedOn),
    grade,
    profile,
    issuedOn,
  );
  if (from !== undefined && until && until < from)
    cells.fail('until', 'bad-date', { zh: '止期早于起期', en: 'the last day is before the first' });
  const region = regionIn(cells);
  const sectors = sectorsIn(cells, catalogue);
  const leniency = cells.manyOf('leniency', Leniency.options);
  const remedy = cells.text('remedy', 'long');
  const decision = {
    list,
    domain,
    authority: cells.requiredText('authority', 'short'),
    ...(grade !== undefined && { grade }),
    document: {
      number: cells.requiredText('documentNumber', 'short'),
      type: documentTypeIn(cells),
      issuedOn,
    },
    measures: imposed ? measuresIn(cells, catalogue, list, domain) : [],
    from,
    until,
    ...(region !== undefined && { region }),
    ...(sectors.length > 0 && { sectors }),
    ...(leniency !== undefined && leniency.length > 0 && { leniency }),
    repair: repairIn(cells),
    ...(remedy !== undefined && { remedy }),
  };
  return { decision, publishedUntil };
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

const PARTS = /[、，,;；/\s]+|并处|和|及/;

/** D4: black lists hold serious dishonesty only, ordinary ones what is less; watch and red listings have no grade. */
function gradeIn(cells: Cells, { grades }: Profile, list: ListKind | undefined): Grade | undefined {
  if (grades !== undefined && list === 'ordinary') return gradeOf(cells, grades);
  const allowed: readonly Grade[] = list === 'black' ? ['serious'] : list === 'ordinary' ? ['minor', 'ordinary'] : [];
  if (allowed.length > 0) cells.required('grade');
  else if (list !== undefined && cells.value('grade') !== '')
    return cells.fail('grade', 'invalid-value', { zh: '该类名单不分等级', en: 'this kind of list has no grades' });
  return cells.oneOf('grade', list === undefined ? Grade.options : allowed);
}

/** The term, ended where the law ends it; the end that the source says is kept beside it. */
function withinLongest(
  term: Term,
  grade: Grade | undefined,
  { grades }: Profile,
  issuedOn: CalendarDate | undefined,
): Term {
  if (grades === undefined || issuedOn === undefined || grade === undefined || grade === 'serious') return term;
  const last = addMonths(issuedOn, grades.longestMonths[grade]);
  if (term.until !== null && term.until <= last) return term;
  return { ...term, until: last, ...(term.until !== null && { publishedUntil: term.until }) };
}

/** A penalty of nothing but the minor kinds. */
function gradeOf(cells: Cells, { minor, otherwise }: NonNullable<Profile['grades']>): Grade | undefined {
  const penalty = cells.required('penalty');
  if (penalty === undefined) return undefined;
  const parts = foldName(penalty.replaceAll(/\s/g, '、'))
    .split(PARTS)
    .filter((part) => part !== '');
  return parts.every((part) => minor.some((kind) => foldName(kind) === part)) ? 'minor' : otherwise;
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
