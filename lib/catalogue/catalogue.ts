import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { MOST_KEEP_YEARS } from '../kernel/keep-years.ts';
import { Bilingual, kebab } from '../kernel/text.ts';
import { Effect, Grade, Guard, ListKind, NoticeCode, Outcome } from './vocabulary.ts';

const SceneCode = kebab;

/** 应用场景: where a grant is made. */
const Scene = z
  .strictObject({
    code: SceneCode,
    family: z.enum(['procurement', 'fund', 'commendation']),
    name: Bilingual,
    /** Who acts on a measure here; a measure counts only where it names this implementer (实施主体). */
    implementer: kebab,
    /** The parts a subject can play; the first is assumed where a request names none. */
    roles: z.array(kebab).check(z.minLength(1)),
    /** Sources without which a clean answer cannot be given. */
    requiredSources: z.array(kebab),
    /** 保存期限, in years after the matter closes. */
    retentionYears: z.int().check(z.positive()),
    /** The longest that a matter may stay open, in years: the bound of retention where no closing is reported. */
    longestMatterYears: z.int().check(z.positive()),
    /** Days within which a caller reports whether a veto or a restriction was carried out; absent where none is asked. 反馈 */
    feedbackDays: z.optional(z.int().check(z.positive())),
  })
  .check(
    z.refine(({ retentionYears, longestMatterYears }) => retentionYears + longestMatterYears <= MOST_KEEP_YEARS, {
      path: ['retentionYears'],
      error: `with longestMatterYears it is more than ${MOST_KEEP_YEARS} years`,
    }),
  );

/** 领域: what a list is about, and the law that lets it be kept (H21#6). */
const Domain = z.strictObject({
  code: kebab,
  name: Bilingual,
  lists: z.array(ListKind).check(z.minLength(1)),
  legalBasis: z.string().check(z.minLength(1)),
  /** What the subject can do to be repaired, where a listing does not say it. */
  repairRoute: Bilingual,
  /** Where the subject can object, ask for reconsideration or sue (行政复议、诉讼). */
  remedy: Bilingual,
  /** The last day on which the domain's listings have effect, for a list that is abolished. */
  abolishedAfter: z.optional(CalendarDate),
});

/** What a measure does in one scene. */
const SceneEffect = z.strictObject({
  scene: SceneCode,
  /** By grade; watch and red listings have none and are `ungraded`. A grade left out has no effect. */
  effects: z.partialRecord(z.enum([...Grade.options, 'ungraded']), Effect),
  /** The measure applies only where the tender is one that the law makes mandatory (依法必须招标). */
  onlyMandatoryTender: z.optional(z.literal(true)),
  /** The finding is the principal's to confirm (政府采购法 22): a veto becomes `indeterminate`. */
  principalConfirms: z.optional(z.literal(true)),
});

/** 奖惩措施: the only thing that can have a consequence. */
const Measure = z.strictObject({
  code: kebab,
  name: Bilingual,
  legalBasis: z.string().check(z.minLength(1)),
  lists: z.array(ListKind).check(z.minLength(1)),
  domains: z.array(kebab).check(z.minLength(1)),
  targets: z.strictObject({
    kinds: z.array(z.enum(['organisation', 'person'])).check(z.minLength(1)),
    roles: z.array(kebab).check(z.minLength(1)),
    /** Relations through which a listing of a related subject reaches the one that asks. */
    relations: z.array(kebab),
  }),
  implementers: z.array(kebab).check(z.minLength(1)),
  from: CalendarDate,
  until: z.optional(CalendarDate),
  scenes: z.array(SceneEffect).check(z.minLength(1)),
});

const Source = z.strictObject({
  id: kebab,
  name: Bilingual,
  /** Hours after which what the source said is stale. */
  maxAgeHours: z.int().check(z.positive()),
});

const Named = z.strictObject({ code: kebab, name: Bilingual });
const Relation = z.strictObject({ code: kebab, name: Bilingual, kind: z.enum(['organisation', 'person']) });

/** The fields of a catalogue; whether they fit together is {@link checkReferences}' to say. */
export const CatalogueBody = z.strictObject({
  version: z.string().check(z.regex(/^[a-zA-Z0-9.-]{1,40}$/)),
  title: Bilingual,
  /** True for the catalogue that is shipped to try Grantgate with: it is nobody's law. */
  sample: z.boolean(),
  scenes: z.array(Scene).check(z.minLength(1)),
  domains: z.array(Domain).check(z.minLength(1)),
  measures: z.array(Measure),
  sources: z.array(Source),
  roles: z.array(Named).check(z.minLength(1)),
  relations: z.array(Relation),
  /** Sectors to which a ban can be confined: a matter in another one, or in none of these, leaves the ban in doubt. */
  sectors: z.array(Named),
  /** Name endings that mark a branch (分支机构), which answers through its head office; `公司…店`: only behind a company's name. */
  branchSuffixes: z.array(z.string().check(z.minLength(2))),
  notices: z.record(NoticeCode, Bilingual),
  guards: z.record(Guard, Bilingual),
  statements: z.record(Outcome, Bilingual),
});
/** 目录清单: everything that the law lets Grantgate do, as data. Immutable once published under its version. */
export const Catalogue = CatalogueBody.check(z.superRefine(checkReferences));
export type Catalogue = z.infer<typeof Catalogue>;
export type Scene = z.infer<typeof Scene>;
export type Measure = z.infer<typeof Measure>;
export type SceneEffect = z.infer<typeof SceneEffect>;

/** Codes are unique and every code that is referred to exists: an unknown one would silently never apply. */
export function checkReferences(catalogue: z.infer<typeof CatalogueBody>, context: z.core.$RefinementCtx): void {
  const complain = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
  const known = {
    scenes: new Set(catalogue.scenes.map(({ code }) => code)),
    domains: new Set(catalogue.domains.map(({ code }) => code)),
    measures: new Set(catalogue.measures.map(({ code }) => code)),
    sources: new Set(catalogue.sources.map(({ id }) => id)),
    roles: new Set(catalogue.roles.map(({ code }) => code)),
    relations: new Set(catalogue.relations.map(({ code }) => code)),
  };
  for (const section of ['scenes', 'domains', 'measures', 'sources', 'roles', 'relations'] as const)
    if (known[section].size !== catalogue[section].length) complain([section], 'a code stands here twice');

  // A switch names one thing: a code that is a list and a source at once would stop both.
  const switchable = [...catalogue.measures, ...catalogue.domains].map(({ code }) => code);
  const named = new Set<string>();
  for (const code of [...switchable, ...catalogue.sources.map(({ id }) => id)]) {
    if (named.has(code)) complain(['sources'], `${code} names two of measures, domains and sources`);
    named.add(code);
  }

  const require = (section: keyof typeof known, codes: readonly string[], path: (string | number)[]) => {
    for (const code of codes) if (!known[section].has(code)) complain(path, `${code} is not among the ${section}`);
  };
  catalogue.scenes.forEach((scene, index) => {
    require('roles', scene.roles, ['scenes', index, 'roles']);
    require('sources', scene.requiredSources, ['scenes', index, 'requiredSources']);
  });
  catalogue.measures.forEach((measure, index) => {
    const at = ['measures', index];
    require('domains', measure.domains, [...at, 'domains']);
    require('roles', measure.targets.roles, [...at, 'targets', 'roles']);
    require('relations', measure.targets.relations, [...at, 'targets', 'relations']);
    const favours = measure.scenes
      .flatMap(({ effects }) => Object.values(effects))
      .map((effect) => effect === 'favour');
    const red = measure.lists.map((list) => list === 'red');
    if (new Set([...favours, ...red]).size > 1)
      complain(at, 'a red list favours and does nothing else; no other list does');
    require('scenes', measure.scenes.map(({ scene }) => scene), [...at, 'scenes']);
  });
}
