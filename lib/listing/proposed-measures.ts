import type { Catalogue, Measure } from '../catalogue/catalogue.ts';
import { dateOf, type Instant } from '../kernel/clock.ts';
import type { Fault } from '../kernel/problem.ts';
import type { ListingProposal } from './proposal.ts';

/** Faults of measures: what a proposal may not ask for, and what goes into the register of violations (H21#10). */
const NOT_CATALOGUED = 'uncatalogued-measure';
const ABOVE_GRADE = 'above-the-grade';

export const isViolation = ({ code }: Fault): boolean => code === NOT_CATALOGUED || code === ABOVE_GRADE;

type Wanted = Pick<ListingProposal, 'measures' | 'list' | 'domain' | 'grade'>;

/** Measures that the catalogue does not have for this list, domain and grade: nothing is added, nothing made heavier. */
export const measureFaults = (proposal: Wanted, { measures }: Catalogue, now: Instant): Fault[] => {
  const { list, domain } = proposal;
  const catalogued = measures.filter((measure) => isFor(measure, proposal, now));
  const allowed = allowedFor(proposal, measures, now);
  return proposal.measures.flatMap((asked, index): Fault[] => {
    const pointer = `/measures/${index}`;
    if (allowed.codes.includes(asked)) return [];
    if (catalogued.some(({ code }) => code === asked))
      return [
        {
          pointer,
          code: ABOVE_GRADE,
          message: {
            zh: `该措施重于失信等级；${allowed.zh}`,
            en: `the measure is heavier than the grade allows; ${allowed.en}`,
          },
        },
      ];
    const elsewhere = placesOf(measures.find(({ code }) => code === asked));
    return [
      {
        pointer,
        code: NOT_CATALOGUED,
        message: {
          zh: `目录清单${elsewhere === '' ? '没有这项措施' : `的这项措施用于 ${elsewhere}`}，不用于 ${domain} ${list}；${allowed.zh}`,
          en: `the catalogue has ${elsewhere === '' ? 'no such measure' : `this measure for ${elsewhere}`}, and none of that code for ${domain} ${list} today; ${allowed.en}`,
        },
      },
    ];
  });
};

/** 决定文书须载明措施 (H21#8): a black listing without one vetoes nothing, though it reads as if it did. */
export function missingMeasures(proposal: Wanted, { measures }: Catalogue, now: Instant): Fault[] {
  const allowed = allowedFor(proposal, measures, now);
  if (proposal.list !== 'black' || proposal.measures.length > 0 || allowed.codes.length === 0) return [];
  const message = {
    zh: `黑名单须载明所采取的措施，否则不产生任何后果；${allowed.zh}`,
    en: `a black listing says which measures it has: without one it would have no consequence; ${allowed.en}`,
  };
  return [{ pointer: '/measures', code: 'measures-required', message }];
}

/** What the catalogue has for this list, domain and grade today, and how that is said. */
function allowedFor(wanted: Omit<Wanted, 'measures'>, measures: readonly Measure[], now: Instant) {
  const codes = measures
    .filter((measure) => isFor(measure, wanted, now) && reaches(measure, wanted.grade))
    .map(({ code }) => code);
  const { domain, list, grade } = wanted;
  return {
    codes,
    zh: `${domain} ${list}${grade ? `（等级 ${grade}）` : ''}可采取的措施：${codes.join('、') || '无'}`,
    en: `${domain} ${list}${grade ? ` of grade ${grade}` : ' without a grade'} has ${codes.join(', ') || 'none'}`,
  };
}

const placesOf = (measure: Measure | undefined): string =>
  measure ? `${measure.domains.join(', ')} (${measure.lists.join(', ')})` : '';

/** The measures of a listing that the catalogue has for another list and grade as well. */
export const measuresFor = (
  codes: readonly string[],
  wanted: Pick<ListingProposal, 'list' | 'domain' | 'grade'>,
  catalogue: Catalogue,
  now: Instant,
): string[] => codes.filter((code) => measureFaults({ ...wanted, measures: [code] }, catalogue, now).length === 0);

const isFor = (
  { lists, domains, from, until }: Measure,
  { list, domain }: Pick<ListingProposal, 'list' | 'domain'>,
  now: Instant,
): boolean =>
  lists.includes(list) &&
  domains.includes(domain) &&
  from <= dateOf(now) &&
  (until === undefined || until >= dateOf(now));

const reaches = ({ scenes }: Measure, grade: ListingProposal['grade']): boolean =>
  scenes.some(({ effects }) => effects[grade ?? 'ungraded'] !== undefined);
