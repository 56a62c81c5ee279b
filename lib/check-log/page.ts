import * as z from 'zod/mini';
import { CalendarDate, endOf, type Instant, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import type { LogRange, Stretch } from './ports.ts';

/** A moment, or a date in Asia/Shanghai; `to` counts its last day whole. */
const Moment = z.optional(z.union([z.iso.datetime({ offset: true }), CalendarDate]));

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

/** Which stretch of time, and from where on: the same for everything that is searched newest first. */
export const paging = { from: Moment, to: Moment, cursor: z.optional(z.string().check(z.maxLength(400))) };

/** How many lines of a body's answer. */
export const Limit = z._default(z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)), DEFAULT_LIMIT);

/** The same as a parameter of a URL. */
export const LimitText = z._default(
  z.pipe(
    z.pipe(z.string().check(z.regex(/^\d{1,3}$/)), z.transform(Number)),
    z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)),
  ),
  DEFAULT_LIMIT,
);

/** The range of a request, from inclusive, to exclusive. */
export const rangeOf = (from: string | undefined, to: string | undefined): LogRange => ({
  from: from === undefined ? undefined : toIso(momentOf(from, startOf)),
  to: to === undefined ? undefined : toIso(momentOf(to, endOf)),
});

const momentOf = (given: string, ofDate: (date: CalendarDate) => Instant): Instant => {
  const date = CalendarDate.safeParse(given);
  return date.success ? ofDate(date.data) : parseInstant(given);
};

/**
 * One page out of stretches of several partitions, each newest first: the newest rows of them all, as far as every
 * stretch has come. `end` is where the next page goes on; undefined where there is none.
 */
export function pageOf<Row extends { readonly position: string }>(
  stretches: readonly Stretch<Row>[],
  wanted: number,
): { rows: Row[]; end: string | undefined } {
  // A partition that stopped early says nothing of what is older than where it stopped.
  const horizon = stretches.reduce<string>(
    (latest, { reached }) => (reached !== undefined && reached > latest ? reached : latest),
    '',
  );
  const complete = stretches
    .flatMap(({ rows }) => rows)
    .filter(({ position }) => position >= horizon)
    .toSorted((a, b) => (a.position < b.position ? 1 : -1));
  const rows = complete.slice(0, wanted);
  const end = complete.length > rows.length ? rows.at(-1)?.position : horizon === '' ? undefined : horizon;
  return { rows, end };
}
