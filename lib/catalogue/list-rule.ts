import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { BACKSTOP_YEARS } from '../kernel/keep-years.ts';
import { Bilingual, kebab } from '../kernel/text.ts';
import type { Catalogue } from './catalogue.ts';
import { Grade, ListKind, Region } from './vocabulary.ts';

/** At least 20 working days of publicity for a candidate (S17(7)); a catalogue may ask for more, never for less. */
const MIN_PUBLICITY_WORKING_DAYS = 20;
/** At least 30 natural days of public comment before a standard may be used (H21#7). */
const MIN_COMMENT_DAYS = 30;

const Months = z.int().check(z.nonnegative());
const WorkingDays = z.int().check(z.positive());

/** How a listing of one grade is repaired: sample values follow NDRC Order 36. */
const RepairRule = z.strictObject({
  grade: Grade,
  /** Months after the document's date before which no repair is taken. */
  earliestMonths: Months,
  /** Months after the document's date at which the listing stops by itself. */
  latestMonths: Months.check(z.positive()),
  /** What has to be done (纠失信、做承诺、搞培训 …), each to be shown by evidence. */
  methods: z.array(z.strictObject({ code: kebab, name: Bilingual, required: z.boolean() })).check(z.minLength(1)),
  /** Where an approved repair may lead; `ordinary` lowers the grade and keeps the listing (D4). */
  leadsTo: z.array(z.enum(['ended', 'ordinary'])).check(z.minLength(1)),
});
export type RepairRule = z.infer<typeof RepairRule>;

/** Before a listing counts, its subject is heard: in public for a stated time, or by notice with time to reply (D5). */
const Hearing = z.discriminatedUnion('path', [
  z.strictObject({
    path: z.literal('publicity'),
    workingDays: z.int().check(z.minimum(MIN_PUBLICITY_WORKING_DAYS)),
  }),
  z.strictObject({ path: z.literal('notice'), workingDays: WorkingDays }),
]);

/** 认定标准: what a list type needs before a listing of it can be made here. */
const ListRule = z.strictObject({
  domain: kebab,
  list: ListKind,
  /** The law that lets this list be kept (H21#6). */
  legalBasis: z.string().check(z.minLength(1)),
  /** Which of the four kinds of serious dishonesty a black list is of (H21#6). */
  severity: z.optional(
    z.enum(['life-and-health', 'market-and-social-order', 'refusing-legal-duties', 'defence-duties']),
  ),
  /** Who may list: codes of `authorities`. */
  authorities: z.array(kebab).check(z.minLength(1)),
  hearing: Hearing,
  /** Kinds of legal document that a listing can rest on (H21#2). */
  documentTypes: z.array(kebab).check(z.minLength(1)),
  /** Empty for a list whose listings have no grade. */
  grades: z.array(Grade),
  /** The longest term in months; null where the law sets none and a listing may have no last day. */
  longestTermMonths: z.nullable(Months.check(z.positive())),
  /** A list of one place, by its own local regulation (H21#7). */
  local: z.optional(z.strictObject({ region: Region, regulation: z.string().check(z.minLength(1)) })),
  /** Parts of linked persons that the law holds responsible; without one, no person is linked. */
  responsibleRoles: z.array(kebab),
  /** By grade; a grade left out cannot be repaired, which a listing says with the law cited (H21#11). */
  repair: z.array(RepairRule),
  /** Repeated minor faults put a subject on this watch list: so many, within so many months. */
  promotion: z.optional(
    z.strictObject({
      fromDomains: z.array(kebab).check(z.minLength(1)),
      faults: z.int().check(z.minimum(2)),
      withinMonths: Months.check(z.positive()),
    }),
  ),
  /** 公示: absent where the law does not let the list be public. */
  publication: z.optional(
    z.strictObject({
      fields: z.array(z.enum(['document', 'grade', 'measures', 'facts', 'remedy', 'repair'])),
      /** Days for which an exit is announced where the listing was. */
      exitDays: z.int().check(z.positive()),
    }),
  ),
  /** The standard's own publicity, and when it is to be evaluated by a third party (H21#7). */
  standard: z.strictObject({
    commentFrom: CalendarDate,
    commentUntil: CalendarDate,
    publishedOn: CalendarDate,
    evaluateBy: CalendarDate,
  }),
});
export type ListRule = z.infer<typeof ListRule>;

/** Terms of answering, in working days. */
const AnsweringTerms = z.strictObject({
  objectionAcceptance: WorkingDays,
  objectionReply: WorkingDays,
  repairAcceptance: WorkingDays,
  repairResult: WorkingDays,
});

/** How lists are kept: for stewards, and no part of what a check reads. */
export const ListKeeping = z.strictObject({
  authorities: z.array(z.strictObject({ code: kebab, name: Bilingual })),
  /**
   * 谁产生谁负责: the authority of each domain, which answers for the listings of it that a file has brought, whether or not
   * the domain has a list of which any can be made here.
   */
  owners: z.array(z.strictObject({ domain: kebab, authority: kebab })),
  terms: AnsweringTerms,
  /**
   * Years after its end for which a listing's papers and cases are kept: not shorter than a check that rests on it may be.
   */
  endedPapersYears: z.int().check(z.positive()),
  rules: z.array(ListRule),
});
export type ListKeeping = z.infer<typeof ListKeeping>;

/** The rule of a list type; undefined for one that the catalogue does not know, which nobody may keep. */
export const ruleOf = ({ rules }: ListKeeping, domain: string, list: ListKind): ListRule | undefined =>
  rules.find((rule) => rule.domain === domain && rule.list === list);

/** Whose a listing of a domain may be that came with a file: who keeps its lists, and who answers for it. */
export const authoritiesOf = ({ rules, owners }: ListKeeping, domain: string): string[] => [
  ...rules.flatMap((each) => (each.domain === domain ? each.authorities : [])),
  ...owners.flatMap((each) => (each.domain === domain ? each.authority : [])),
];

/** What is wrong with the rules beside the catalogue that they belong to: path and message. */
export function keepingFaults(
  { rules, authorities, owners, endedPapersYears }: ListKeeping,
  { domains, relations, scenes }: Pick<Catalogue, 'domains' | 'relations' | 'scenes'>,
): { path: (string | number)[]; message: string }[] {
  const codes = new Set(authorities.map(({ code }) => code));
  const known = new Set(domains.map(({ code }) => code));
  const roles = new Set(relations.filter(({ kind }) => kind === 'person').map(({ code }) => code));
  const longest = Math.max(...scenes.map((scene) => scene.longestMatterYears + scene.retentionYears)) + BACKSTOP_YEARS;
  const tooShort =
    endedPapersYears < longest
      ? [{ path: ['listKeeping', 'endedPapersYears'], message: `a check may be kept for ${longest} years` }]
      : [];
  const ofOwners = owners.flatMap(({ domain, authority }, index) => [
    ...(known.has(domain) ? [] : [`${domain} is not among the domains`]),
    ...(codes.has(authority) ? [] : [`${authority} is not among the authorities`]),
    ...(owners.findIndex((other) => other.domain === domain) === index ? [] : [`${domain} stands here twice`]),
  ]);
  const ownerless = domains.flatMap(({ code }) =>
    owners.some(({ domain }) => domain === code)
      ? []
      : [`${code} has no authority: nobody could answer for its listings`],
  );
  const faultsOfOwners = [...ofOwners, ...ownerless].map((message) => ({ path: ['listKeeping', 'owners'], message }));
  const ofRules = rules.flatMap((rule, index) => {
    const at = (field: string) => ['listKeeping', 'rules', index, field];
    const faults: { path: (string | number)[]; message: string }[] = [];
    const complain = (field: string, message: string) => faults.push({ path: at(field), message });
    const domain = domains.find(({ code }) => code === rule.domain);
    if (!domain?.lists.includes(rule.list)) complain('domain', `${rule.domain} keeps no ${rule.list} list`);
    if (rules.findIndex((other) => other.domain === rule.domain && other.list === rule.list) !== index)
      complain('list', 'a list type stands here twice');
    if ((rule.list === 'black') !== (rule.severity !== undefined))
      complain('severity', 'a black list is of one of the four serious kinds; no other list is');
    if (rule.list === 'black' && rule.grades.some((grade) => grade !== 'serious'))
      complain('grades', 'a black list holds serious dishonesty only');
    if (rule.list === 'ordinary' && rule.grades.includes('serious'))
      complain('grades', 'an ordinary list holds nothing serious');
    if ((rule.list === 'watch' || rule.list === 'red') && rule.grades.length > 0)
      complain('grades', 'a watch or red list has no grades');
    if (rule.promotion && rule.list !== 'watch') complain('promotion', 'faults promote to a watch list only');
    for (const code of rule.promotion?.fromDomains ?? [])
      if (!known.has(code)) complain('promotion', `${code} is not among the domains`);
    for (const code of rule.authorities)
      if (!codes.has(code)) complain('authorities', `${code} is not among the authorities`);
    for (const role of rule.responsibleRoles)
      if (!roles.has(role)) complain('responsibleRoles', `${role} is no relation to a person`);
    for (const { grade, earliestMonths, latestMonths, leadsTo } of rule.repair) {
      if (!rule.grades.includes(grade)) complain('repair', `${grade} is not a grade of this list`);
      if (earliestMonths > latestMonths) complain('repair', 'the earliest repair is after the latest');
      if (leadsTo.includes('ordinary') && !(rule.list === 'black' && domain?.lists.includes('ordinary')))
        complain('repair', 'only a black listing of a domain with an ordinary list can become ordinary');
    }
    const { commentFrom, commentUntil, publishedOn, evaluateBy } = rule.standard;
    if (daysBetween(commentFrom, commentUntil) < MIN_COMMENT_DAYS)
      complain('standard', `public comment lasts ${MIN_COMMENT_DAYS} days at least`);
    if (publishedOn < commentUntil || evaluateBy < publishedOn)
      complain('standard', 'comment, publication and evaluation follow one another');
    return faults;
  });
  return [...tooShort, ...faultsOfOwners, ...ofRules];
}

const DAY_MS = 86_400_000;
const daysBetween = (from: CalendarDate, until: CalendarDate): number =>
  (Date.parse(until) - Date.parse(from)) / DAY_MS;
