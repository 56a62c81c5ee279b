import type { Catalogue, Measure } from '../catalogue/catalogue.ts';
import { dateOf, type Instant } from '../kernel/clock.ts';
import type { Fault } from '../kernel/problem.ts';
import type { ListingProposal } from './proposal.ts';

/** Faults of measures: what a proposal may not ask for, and what goes into the register of violations (H21#10). */
const NOT_CATALOGUED = 'uncatalogued-measure';
const ABOVE_GRADE = 'above-the-grade';

export const isViolation = ({ code }: Fault): boolean => code === NOT_CATALOGUED || code === ABOVE_GRADE;

/** Measures that the catalogue does not have for this list, domain and grade: nothing is added, nothing made heavier. */
export const measureFaults = (
  proposal: Pick<ListingProposal, 'measures' | 'list' | 'domain' | 'grade'>,
  { measures }: Catalogue,
  now: Instant,
): Fault[] => {
  const catalogued = measures.filter((measure) => isFor(measure, proposal, now));
  const codes = catalogued.filter((measure) => reaches(measure, proposal.grade)).map(({ code }) => code);
  const [zh, en] = [`可采取的措施：${codes.join('、') || '无'}`, `it has ${codes.join(', ') || 'none'}`];
  return proposal.measures.flatMap((asked, index): Fault[] => {
    const pointer = `/measures/${index}`;
    if (codes.includes(asked)) return [];
    if (catalogued.some(({ code }) => code === asked))
      return [
        {
          pointer,
          code: ABOVE_GRADE,
          message: { zh: `该措施重于失信等级；${zh}`, en: `the measure is heavier than the grade allows; ${en}` },
        },
      ];
    return [
      {
        pointer,
        code: NOT_CATALOGUED,
        message: {
          zh: `目录清单没有该领域、该名单的这项措施；${zh}`,
          en: `the catalogue has no such measure for this list and domain; ${en}`,
        },
      },
    ];
  });
};

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
