import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListRule } from '../catalogue/list-rule.ts';
import { addMonths, addYears, CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import type { Fault } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import { parseIdentifier } from '../subject/identifier.ts';
import { isPersonScheme } from '../subject/scheme.ts';
import { type ListingProposal, RECOGNITION_STEPS } from './proposal.ts';

/** What the rule of a list finds wrong with a proposal for it; every fault at once. */
export function entryFaults(proposal: ListingProposal, rule: ListRule, catalogue: Catalogue, now: Instant): Fault[] {
  const { document, grade, from, until, repair, recognition = [], region, linkedPersons = [], subject } = proposal;
  const today = dateOf(now);
  const first = from ?? today;
  const faults: Fault[] = [];
  const complain = (pointer: string, code: string, zh: string, en: string) =>
    faults.push(fault(pointer, code, { zh, en }));

  if (document.issuedOn > today)
    complain('/document/issuedOn', 'future-document', '文书日期在将来', 'is in the future');
  if (!rule.documentTypes.includes(document.type))
    complain(
      '/document/type',
      'document-not-allowed',
      `该名单可依据的文书：${rule.documentTypes.join('、')}`,
      `this list rests on ${rule.documentTypes.join(', ')}`,
    );
  if (rule.grades.length > 0 ? grade === undefined || !rule.grades.includes(grade) : grade !== undefined)
    complain(
      '/grade',
      'grade-not-allowed',
      `该名单的失信等级：${rule.grades.join('、') || '无'}`,
      `this list has ${rule.grades.join(', ') || 'no grades'}`,
    );

  if (rule.standard.publishedOn > today)
    complain('/list', 'standard-not-published', '认定标准尚未公布', 'its standard is not published yet');
  if (first > addMonths(today, LATEST_START_MONTHS))
    complain('/from', 'starts-too-late', '开始日期过晚', 'starts too late');
  if (until === null && rule.longestTermMonths !== null)
    complain('/until', 'term-required', '该名单须有期限', 'this list has a longest term');
  if (until !== null && until < first) complain('/until', 'ends-before-start', '终止早于开始', 'ends before it starts');
  const last = lastDay(proposal, rule, first);
  if (until !== null && last !== undefined && until > last)
    complain('/until', 'term-too-long', `期限最迟至 ${last}`, `ends on ${last} at the latest`);
  const abolished = catalogue.domains.find(({ code }) => code === proposal.domain)?.abolishedAfter;
  if (abolished !== undefined && abolished < first)
    complain('/domain', 'list-abolished', '该名单已废止', `abolished after ${abolished}`);

  if (!repair.repairable && repair.citation === undefined)
    complain(
      '/repair/citation',
      'citation-required',
      '不予修复须引用法律依据',
      'a listing that cannot be repaired cites the law',
    );
  if (repair.repairable && grade !== undefined && !rule.repair.some((each) => each.grade === grade))
    complain(
      '/repair/repairable',
      'not-repairable',
      '该等级不可修复，须引用法律依据',
      'this grade is not repaired: cite the law',
    );

  if (rule.severity !== undefined) faults.push(...recognitionFaults(recognition, now));
  else if (recognition.length > 0)
    complain(
      '/recognition',
      'not-allowed',
      '只有严重失信名单有认定程序',
      'only a black listing has the steps of recognition',
    );

  const known = catalogue.sectors.map(({ code }) => code);
  // Confined to what no matter is in, a ban would bar nobody.
  for (const [index, sector] of (proposal.sectors ?? []).entries())
    if (!known.includes(sector))
      complain(
        `/sectors/${index}`,
        'unknown-sector',
        `目录中没有该行业，可用：${known.join('、') || '无'}`,
        `the catalogue has the sectors: ${known.join(', ') || 'none'}`,
      );
  if (rule.local && region !== undefined && !covers(rule.local.region, region))
    complain('/region', 'outside-regulation', '超出地方性法规的区域', 'outside the region of the local regulation');
  if (isPersonScheme(subject.scheme) && linkedPersons.length > 0)
    complain('/linkedPersons', 'not-allowed', '自然人名单不得再关联他人', 'a listing of a person links nobody');
  linkedPersons.forEach(({ role, scheme }, index) => {
    const at = `/linkedPersons/${index}`;
    if (!isPersonScheme(scheme)) complain(`${at}/scheme`, 'person-required', '须为自然人', 'is not a person');
    if (!rule.responsibleRoles.includes(role))
      complain(
        `${at}/role`,
        'role-not-responsible',
        `该角色依法不担责；担责的：${rule.responsibleRoles.join('、') || '无'}`,
        `the law does not hold this part responsible; it does ${rule.responsibleRoles.join(', ') || 'none'}`,
      );
  });
  const said = texts(proposal);
  for (const { name, id } of [subject, ...linkedPersons].filter(({ scheme }) => isPersonScheme(scheme)))
    for (const [pointer, value] of said)
      if (value.includes(id) || (name !== undefined && [...name].length > 1 && value.includes(name)))
        complain(
          pointer,
          'personal-name',
          '此处不得出现自然人的姓名或号码',
          'names a person: what is written here can be public',
        );
  [subject, ...linkedPersons].forEach((person, index) => {
    if (isMinor(person, document.issuedOn))
      complain(
        index === 0 ? '/subject' : `/linkedPersons/${index - 1}`,
        'minor',
        '未成年人不得列入',
        'is a minor, who is never listed',
      );
  });
  return faults;
}

/** Months ahead that a listing may begin. */
const LATEST_START_MONTHS = 12;
const ADULT_YEARS = 18;

/** The longest term of the list, and of the grade, which counts from the document (NDRC Order 36). */
function lastDay({ document, grade }: ListingProposal, rule: ListRule, first: CalendarDate): CalendarDate | undefined {
  if (rule.longestTermMonths === null) return undefined;
  const byList = addMonths(first, rule.longestTermMonths);
  const months = rule.repair.find((each) => each.grade === grade)?.latestMonths;
  const byGrade = months === undefined ? byList : addMonths(document.issuedOn, months);
  return [byGrade, byList].toSorted()[0];
}

/** Everything that is written in words. */
const texts = ({ facts, document, exitConditions, remedy, repair, recognition = [], opinions = [] }: ListingProposal) =>
  [
    ['/facts', facts],
    ['/document/number', document.number],
    ['/exitConditions', exitConditions],
    ['/remedy', remedy],
    ['/repair/route', repair.route ?? ''],
    ...recognition.map(({ record }, index) => [`/recognition/${index}/record`, record] as const),
    ...opinions.map(({ name }, index) => [`/opinions/${index}/name`, name] as const),
  ] as const;

/** Under eighteen on that day, by a resident number, which says when its holder was born. */
function isMinor({ scheme, id }: ListingProposal['subject'], on: CalendarDate): boolean {
  if (scheme !== 'resident-id') return false;
  const parsed = parseIdentifier({ scheme, id });
  if (!parsed.ok) return false;
  const born = /^\d{6}(\d{4})(\d{2})(\d{2})/.exec(parsed.identifier.value);
  const birthday = born && CalendarDate.safeParse(`${born[1]}-${born[2]}-${born[3]}`);
  return birthday?.success === true && addYears(birthday.data, ADULT_YEARS) > on;
}

/** H21#8: in their order, none left out, none in the future. The first step that is not is named. */
function recognitionFaults(recognition: NonNullable<ListingProposal['recognition']>, now: Instant): Fault[] {
  const wrong = RECOGNITION_STEPS.map((step, index) => stepFault(step, index, recognition, now)).find(Boolean);
  if (!wrong) return [];
  const steps = RECOGNITION_STEPS.join(', ');
  return [
    fault('/recognition', 'recognition-out-of-order', {
      zh: `${wrong.zh}；严重失信名单须依次经过 ${steps}`,
      en: `${wrong.en}; a black listing has been through ${steps}, in this order and by today`,
    }),
  ];
}

function stepFault(
  wanted: string,
  index: number,
  recognition: NonNullable<ListingProposal['recognition']>,
  now: Instant,
): Bilingual | undefined {
  const [given, before] = [recognition[index], recognition[index - 1]];
  const place = { zh: `第 ${index + 1} 步应为 ${wanted}`, en: `step ${index + 1} is ${wanted}` };
  if (!given) return { zh: `${place.zh}，现缺`, en: `${place.en}, and is missing` };
  if (given.step !== wanted)
    return { zh: `${place.zh}，现为 ${given.step}`, en: `${place.en}, and ${given.step} is given` };
  if (given.on > dateOf(now))
    return {
      zh: `第 ${index + 1} 步 ${wanted} 的日期 ${given.on} 在将来`,
      en: `${place.en} of ${given.on}, which is in the future`,
    };
  if (before && given.on < before.on)
    return {
      zh: `第 ${index + 1} 步 ${wanted}（${given.on}）早于前一步 ${before.step}（${before.on}）`,
      en: `${place.en} of ${given.on}, before ${before.step} of ${before.on}`,
    };
  return undefined;
}

/** True where a division lies within another: trailing pairs of zeros mean the whole. */
const covers = (wide: string, narrow: string): boolean => narrow.startsWith(wide.replace(/(?:00)+$/, ''));

const fault = (pointer: string, code: string, message: Bilingual): Fault => ({ pointer, code, message });
