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
): Fault[] =>
  proposal.measures.flatMap((code, index): Fault[] => {
    const pointer = `/measures/${index}`;
    const measure = measures.find((each) => each.code === code);
    if (!measure || !isFor(measure, proposal, now))
      return [
        {
          pointer,
          code: NOT_CATALOGUED,
          message: {
            zh: '目录清单没有该领域、该名单的这项措施',
            en: 'the catalogue has no such measure for this list and domain',
          },
        },
      ];
    if (reaches(measure, proposal.grade)) return [];
    return [
      {
        pointer,
        code: ABOVE_GRADE,
        message: { zh: '该措施重于失信等级', en: 'the measure is heavier than the grade allows' },
      },
    ];
  });

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
