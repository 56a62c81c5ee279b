import * as z from 'zod/mini';
import { Problem } from '../kernel/problem.ts';
import { Month } from './forecast.ts';
import { SCENE } from './matter.ts';
import type { OverviewReader } from './ports.ts';

/** Longer than any matter and its retention together. */
const YEARS_AHEAD = 40;
const MOST_YEARS = 60;

/** The parameters of `GET /v1/retention/overview`, both months inclusive. */
export const OverviewParameters = z.strictObject({
  /** `YYYY-MM`; this month where it is left out. What a hold keeps stands in the months before. */
  from: z.optional(Month),
  /** `YYYY-MM`; forty years on where it is left out. */
  to: z.optional(Month),
});

/** How many matters' records are to be deleted in one month. */
export const MonthOverview = z.object({
  month: z.string(),
  matters: z.int(),
  /** Those of them that nobody has closed: a closing moves them. */
  unclosed: z.int(),
  /** Those that a hold keeps all the same. */
  held: z.int(),
  /** A matter of several scenes is counted in each. */
  scenes: z.array(z.object({ scene: z.string(), matters: z.int() })),
});
type MonthOverview = z.infer<typeof MonthOverview>;

/** The months from one to another. @throws Problem `invalid-request` */
export function monthsAsked({ from, to }: z.infer<typeof OverviewParameters>, thisMonth: string) {
  const first = from ?? thisMonth;
  const last = to ?? `${yearOf(first) + YEARS_AHEAD}${first.slice('YYYY'.length)}`;
  const message = {
    zh: `起止月份须依次，且不超过 ${MOST_YEARS} 年`,
    en: `From a month to a later one, at most ${MOST_YEARS} years on.`,
  };
  if (last < first || yearOf(last) - yearOf(first) > MOST_YEARS)
    throw new Problem('invalid-request', message, { errors: [{ pointer: '/to', code: 'not-allowed', message }] });
  return { first, last };
}

/** What is to be deleted when, month by month; months in which nothing is are left out. */
export async function overview(first: string, last: string, reader: OverviewReader): Promise<MonthOverview[]> {
  const years = Array.from({ length: yearOf(last) - yearOf(first) + 1 }, (_, index) => String(yearOf(first) + index));
  const parts = (await Promise.all(years.map((year) => reader.counts(year, first, last)))).flat();
  return [...Map.groupBy(parts, ({ month }) => month)]
    .map(([month, counted]) =>
      monthOf(
        month,
        counted.flatMap(({ counts }) => Object.entries(counts)),
      ),
    )
    .filter(({ matters }) => matters > 0);
}

function monthOf(month: string, counts: readonly (readonly [string, number])[]): MonthOverview {
  const sum = new Map<string, number>();
  for (const [as, count] of counts) sum.set(as, (sum.get(as) ?? 0) + count);
  const of = (as: string): number => sum.get(as) ?? 0;
  const scenes = [...sum]
    .filter(([as, matters]) => as.startsWith(SCENE) && matters > 0)
    .map(([as, matters]) => ({ scene: as.slice(SCENE.length), matters }))
    .toSorted((one, other) => (one.scene < other.scene ? -1 : 1));
  return { month, matters: of('matters'), unclosed: of('unclosed'), held: of('held'), scenes };
}

const yearOf = (month: string): number => Number(month.slice(0, 'YYYY'.length));
