import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod/mini';
import { Guard, NoticeCode, Outcome } from '../../lib/catalogue/vocabulary.ts';
import { CalendarDate } from '../../lib/kernel/clock.ts';
import { EndReason, Listing, Suspension } from '../../lib/listing/standing.ts';
import { Scheme } from '../../lib/subject/scheme.ts';

// Whoever writes a scenario reads what is wrong with it: zod/mini has no texts of its own.
z.config(z.locales.en());

/** Days before or after the scenario's `today`. */
const Days = z.int();
const Moment = z.iso.datetime({ offset: true });

const CastEntry = z.strictObject({ scheme: Scheme, id: z.string(), name: z.optional(z.string()) });
export type CastEntry = z.infer<typeof CastEntry>;

const OfListing = z.omit(Listing, {
  id: true,
  from: true,
  until: true,
  document: true,
  suspensions: true,
  ended: true,
});

/** What a listing is like where a scenario says nothing else. */
const Template = z.strictObject({
  ...z.omit(OfListing, { state: true, repair: true }).shape,
  type: z.string(),
  from: Days,
  until: z.nullable(Days),
});

export const ListingFact = z.strictObject({
  ...z.partial(OfListing).shape,
  like: z.string(),
  /** What it is like, when absent. */
  id: z.optional(z.string()),
  /** That many of them, `<id>-1` to `<id>-<times>`. */
  times: z.optional(z.int().check(z.positive())),
  /** Fields that this one has not. */
  without: z.optional(z.array(z.enum(['grade', 'source', 'region']))),
  from: z.optional(Days),
  until: z.optional(z.nullable(Days)),
  /** When its document was issued; on its first day when absent. */
  issued: z.optional(Days),
  suspended: z.optional(z.array(Suspension.shape.cause)),
  ended: z.optional(EndReason),
});
export type ListingFact = z.infer<typeof ListingFact>;

const Subject = z.strictObject({
  who: z.string(),
  /** In place of the cast's. */
  name: z.optional(z.string()),
  listings: z._default(z.array(ListingFact), []),
});

const Alias = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('registration-no'), number: z.string(), who: z.string() }),
  z.strictObject({ kind: z.literal('attested-code'), who: z.string() }),
  z.strictObject({ kind: z.literal('confirmed-code'), code: z.string(), who: z.string() }),
  z.strictObject({ kind: z.literal('successor'), predecessor: z.string(), successor: z.string() }),
  /** A listing under a name of the cast was found to be somebody's, or not. */
  z.strictObject({
    kind: z.literal('identified'),
    listing: z.string(),
    under: z.string(),
    who: z.string(),
    same: z.boolean(),
  }),
]);
export type Alias = z.infer<typeof Alias>;

const Happening = z.union([
  z.strictObject({ who: z.string(), list: ListingFact }),
  z.strictObject({ who: z.string(), suspend: z.string(), cause: Suspension.shape.cause }),
  z.strictObject({ who: z.string(), resume: z.string(), cause: Suspension.shape.cause }),
  z.strictObject({ who: z.string(), end: z.string(), reason: EndReason }),
  /** A candidate: proposed, and nothing more. */
  z.strictObject({ who: z.string(), propose: ListingFact }),
  z.strictObject({
    who: z.string(),
    step: z.enum(['publicised', 'notified', 'decided', 'activated', 'lowered', 'proceedings', 'changed-term']),
    of: z.string(),
    /** The last day of the hearing, or of the term. */
    until: z.optional(Days),
  }),
  z.strictObject({ alias: Alias }),
]);
export type Happening = z.infer<typeof Happening>;

/** What is said of one code of the catalogue, laid over the sample: fields that are objects are merged, all else replaced. */
const Patch = z.record(z.string(), z.record(z.string(), z.unknown()));
const CataloguePatch = z.strictObject({
  scenes: z.optional(Patch),
  domains: z.optional(Patch),
  measures: z.optional(Patch),
});
export type CataloguePatch = z.infer<typeof CataloguePatch>;

const Asked = z.looseObject({ who: z.optional(z.string()) });
export type Asked = z.infer<typeof Asked> & { readonly related?: readonly Asked[] | undefined };

/** The body of `POST /v1/checks`; the runner fills in what is left out. A member of the cast may stand for its identifier. */
const Question = z.looseObject({
  scene: z._default(z.string(), 'government-procurement'),
  subjects: z.pipe(
    z._default(z.array(z.union([z.string(), z.extend(Asked, { related: z.optional(z.array(Asked)) })])), ['alpha']),
    z.transform((all) => all.map((one): Asked => (typeof one === 'string' ? { who: one } : one))),
  ),
  matter: z._default(z.looseObject({}), {}),
});

/** `court-{1..50}` in a list stands for fifty. */
const Lines = z.pipe(
  z._default(z.array(z.string()), []),
  z.transform((lines) =>
    lines.flatMap((line) => {
      const [whole, first, last] = /\{(\d+)\.\.(\d+)\}/.exec(line) ?? [];
      if (whole === undefined) return [line];
      const count = Number(last) - Number(first) + 1;
      return Array.from({ length: count }, (_, index) => line.replace(whole, String(Number(first) + index)));
    }),
  ),
);

const verdict = {
  /** `<listing> <effect>`, and `via <relation>` where it comes through one; all of them, in order. */
  reasons: Lines,
  /** `<code>`, and the listing where it is about one; all of them, in order. */
  notices: Lines,
  /** Listing → the guard that stopped it, in order. */
  considered: z._default(z.record(z.string(), Guard), {}),
  /** The notices come in any order: what is found under one name has none. */
  unordered: z.optional(z.literal(true)),
  /** Reasons beyond those that the answer shows. */
  omitted: Lines,
  standingVersion: z.optional(z.int()),
};
const Verdict = z.strictObject({ outcome: Outcome, ...verdict });

const Answered = z.strictObject({
  outcome: Outcome,
  ...verdict,
  /** One for each subject, in place of the fields above, where there are several. */
  members: z.optional(z.array(Verdict)),
  /** Of the sources, those that are named here. */
  sources: z._default(z.record(z.string(), z.enum(['fresh', 'stale', 'missing'])), {}),
  expiresAt: z.optional(Moment),
  /** What stands in the texts of its notices. */
  said: z._default(z.array(z.string()), []),
});
export type Answered = z.infer<typeof Answered>;

const Refused = z.strictObject({
  status: z.int().check(z.minimum(400)),
  problem: z.string(),
  /** `<pointer> <code>`, and the suggestion where there is one. */
  errors: Lines,
});

const Expected = z.union([Answered, Refused]);
export type Expected = z.infer<typeof Expected>;

const Step = z.strictObject({
  /** What has happened since the step before. */
  given: z._default(z.array(Happening), []),
  /** That of the step before when absent. */
  at: z.optional(Moment),
  question: z.optional(Question),
  /** Source → its age in hours, or `never`. Those that are not named delivered an hour ago. */
  sources: z.optional(z.record(z.string(), z.union([z.number(), z.literal('never')]))),
  switchedOff: z.optional(z.array(z.string())),
  expected: Expected,
});
type Step = z.infer<typeof Step>;

export const Scenario = z.strictObject({
  name: z.string(),
  /** What demands it: a row of domain.md, an article, a decision. */
  rule: z.optional(z.string()),
  /** A scenario of this guard, and whether it stops a listing here or lets it through. */
  guard: z.optional(Guard),
  stops: z.optional(z.boolean()),
  today: z._default(CalendarDate, CalendarDate.parse('2026-11-21')),
  facts: z.prefault(
    z.strictObject({
      subjects: z._default(z.array(Subject), []),
      aliases: z._default(z.array(Alias), []),
      catalogue: z.optional(CataloguePatch),
      caller: z._default(z.strictObject({ state: z.optional(z.enum(['active', 'suspended'])) }), {}),
      /** Who asks; whoever the scene belongs to when absent. */
      client: z.optional(z.string()),
    }),
    {},
  ),
  ...z.omit(Step, { given: true }).shape,
  /** Further checks, each in the world that the one before has left. */
  next: z._default(z.array(Step), []),
});
export type Scenario = z.infer<typeof Scenario>;

const read = (file: string): unknown => parse(readFileSync(join(import.meta.dirname, file), 'utf8'));

export const CAST = z.record(z.string(), CastEntry).parse(read('cast.yaml'));
export const TEMPLATES = z.record(z.string(), Template).parse(read('listings.yaml'));

export interface ScenarioFile {
  readonly file: string;
  readonly scenarios: readonly Scenario[];
}

/** Every scenario of this folder, by file. Throws where one is not of the format, or two have one name. */
export function scenarioFiles(): ScenarioFile[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.yaml') && file !== 'cast.yaml' && file !== 'listings.yaml')
    .toSorted()
    .map((file) => {
      const parsed = z.array(Scenario).safeParse(read(file));
      if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
      const names = parsed.data.map(({ name }) => name);
      const twice = names.find((name, index) => names.indexOf(name) !== index);
      if (twice !== undefined) throw new Error(`${file}: two scenarios are named “${twice}”`);
      return { file, scenarios: parsed.data };
    });
}

/** One check of a scenario, with everything that holds for it. */
export type FullStep = { readonly [Field in keyof Step]-?: NonNullable<Step[Field]> };

/** The checks of a scenario in order; what one does not say, holds from the one before. */
export function stepsOf({ next, at, question, sources, switchedOff, expected }: Scenario): FullStep[] {
  let step: FullStep = {
    given: [],
    at: at ?? '2026-11-21T13:25:00+08:00',
    question: question ?? Question.parse({}),
    sources: sources ?? {},
    switchedOff: switchedOff ?? [],
    expected,
  };
  const steps = [step];
  for (const said of next) {
    step = {
      given: said.given,
      at: said.at ?? step.at,
      question: said.question ?? step.question,
      sources: said.sources ?? step.sources,
      switchedOff: said.switchedOff ?? step.switchedOff,
      expected: said.expected,
    };
    steps.push(step);
  }
  return steps;
}

/** What is expected of each subject of a check that is answered. */
export const verdictsOf = (expected: Answered): readonly z.infer<typeof Verdict>[] => {
  const { members, sources: _, expiresAt: __, said: ___, ...verdict } = expected;
  return members ?? [verdict];
};

/** The code of a notice's line. */
export const noticeCodeOf = (line: string): NoticeCode => NoticeCode.parse(line.split(' ')[0]);
