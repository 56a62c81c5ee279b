import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab, keptText } from '../kernel/text.ts';
import { Coverage } from './coverage.ts';
import { FeedbackRate } from './feedback-rate.ts';
import type { Ground, Tally } from './tally.ts';

export const Dimension = z.enum(['scene', 'domain', 'measure', 'caller', 'principal', 'outcome', 'day', 'month']);
export type Dimension = z.infer<typeof Dimension>;

const MAX_DAYS = 366;
const DAY_MS = 86_400_000;
const MAX_DIMENSIONS = 2;

/** One dimension, or two with a comma between them. */
const By = z.pipe(
  z.pipe(
    z.string(),
    z.transform((value) => value.split(',')),
  ),
  z.array(Dimension).check(
    z.maxLength(MAX_DIMENSIONS),
    z.refine((by) => new Set(by).size === by.length),
  ),
);

/** The parameters of `GET /v1/statistics`. */
export const StatisticsParameters = z
  .strictObject({
    from: CalendarDate,
    to: CalendarDate,
    by: z.optional(By),
    caller: z.optional(keptText(128)),
    scene: z.optional(kebab),
    /** Adds how much of the feedback that was asked for has been given. */
    feedback: z.optional(z.literal('true')),
    /** Adds how many grants of the period had been checked. */
    coverage: z.optional(z.literal('true')),
    /** Adds how long listings took to leave: of all lists, whoever checked. */
    delisting: z.optional(z.literal('true')),
  })
  .check(
    z.refine(({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) < MAX_DAYS * DAY_MS, {
      error: 'bad-period',
      path: ['to'],
    }),
    // Answered follow-ups are found by caller and time, not by scene.
    z.refine(({ scene, feedback }) => scene === undefined || feedback === undefined, {
      error: 'feedback-of-scene',
      path: ['feedback'],
    }),
    // A list of grants need not say of which scene they are.
    z.refine(({ scene, coverage }) => scene === undefined || coverage === undefined, {
      error: 'coverage-of-scene',
      path: ['coverage'],
    }),
    // Listings are of no caller and no scene.
    z.refine(
      ({ scene, caller, delisting }) => delisting === undefined || (scene === undefined && caller === undefined),
      { error: 'delisting-of-all', path: ['delisting'] },
    ),
  );
export type StatisticsParameters = z.infer<typeof StatisticsParameters>;

const MONTH_LENGTH = 'YYYY-MM'.length;
const count = z.int().check(z.nonnegative());

const Figures = z.strictObject({
  checks: count,
  /** 拦截: checks whose outcome is a veto. */
  interceptions: count,
  /** Distinct subjects that were intercepted, whatever how often. */
  interceptedSubjects: count,
});

/** The answer of `GET /v1/statistics`. */
export const Statistics = z.strictObject({
  from: CalendarDate,
  to: CalendarDate,
  by: z.array(Dimension),
  countedAt: z.iso.datetime(),
  /** Every day of the period is closed: these figures do not change any more. */
  final: z.boolean(),
  /** The days of the period that are not closed yet, or still to come. */
  openDays: z.array(CalendarDate),
  totals: Figures,
  rows: z.array(z.strictObject({ key: z.record(z.string(), z.nullable(z.string())), ...Figures.shape })),
  /** Where it is asked for. */
  feedback: z.optional(z.array(FeedbackRate)),
  coverage: z.optional(z.array(Coverage)),
});
export type Statistics = z.infer<typeof Statistics>;

interface Sum {
  readonly values: readonly (string | null)[];
  checks: number;
  interceptions: number;
  readonly subjects: Set<string>;
}

/**
 * The figures of these days by these dimensions. A check stands in the row of each domain and measure that carried its
 * outcome, and in that of null where none did, so that such rows add up to more than the totals.
 */
export function statisticsOf(
  tallies: readonly Tally[],
  by: readonly Dimension[],
  only: { readonly caller?: string | undefined; readonly scene?: string | undefined },
): Pick<Statistics, 'totals' | 'rows'> {
  const sums = new Map<string, Sum>();
  const total = emptySum([]);
  const at = (values: readonly (string | null)[]): Sum => {
    const key = JSON.stringify(values);
    const sum = sums.get(key) ?? emptySum(values);
    sums.set(key, sum);
    return sum;
  };
  const isAsked = ({ caller, scene }: { caller: string; scene: string }): boolean =>
    (only.caller === undefined || only.caller === caller) && (only.scene === undefined || only.scene === scene);

  for (const { date, checks, intercepted } of tallies) {
    for (const each of checks.filter(isAsked))
      for (const sum of [total, ...valuesOf(by, date, each).map(at)]) {
        sum.checks += each.checks;
        if (each.outcome === 'veto') sum.interceptions += each.checks;
      }
    for (const each of intercepted.filter(isAsked))
      for (const sum of [total, ...valuesOf(by, date, { ...each, outcome: 'veto' }).map(at)])
        for (const subject of each.subjects) sum.subjects.add(subject);
  }
  const rows = [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    totals: figuresOf(total),
    rows:
      by.length === 0
        ? []
        : rows.map(([, sum]) => ({
            key: Object.fromEntries(by.map((dimension, index) => [dimension, sum.values[index] ?? null])),
            ...figuresOf(sum),
          })),
  };
}

const emptySum = (values: Sum['values']): Sum => ({ values, checks: 0, interceptions: 0, subjects: new Set() });

const figuresOf = ({ checks, interceptions, subjects }: Sum) => ({
  checks,
  interceptions,
  interceptedSubjects: subjects.size,
});

interface Placed {
  readonly caller: string;
  readonly scene: string;
  readonly principal: string | null;
  readonly outcome: string;
  readonly grounds: readonly Ground[];
}

/** Every row that something stands in, each once. */
function valuesOf(by: readonly Dimension[], date: CalendarDate, placed: Placed): (string | null)[][] {
  const grounds: readonly (Ground | [null, null])[] = placed.grounds.length === 0 ? [[null, null]] : placed.grounds;
  const rows = grounds.map((ground) => by.map((dimension) => valueIn(dimension, date, placed, ground)));
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function valueIn(
  dimension: Dimension,
  date: CalendarDate,
  placed: Placed,
  [domain, measure]: Ground | [null, null],
): string | null {
  switch (dimension) {
    case 'domain':
      return domain;
    case 'measure':
      return measure;
    case 'day':
      return date;
    case 'month':
      return date.slice(0, MONTH_LENGTH);
    case 'scene':
    case 'caller':
    case 'principal':
    case 'outcome':
      return placed[dimension];
  }
}
