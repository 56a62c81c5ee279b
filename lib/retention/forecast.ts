import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { isClosed } from './matter.ts';
import type { DueReader } from './ports.ts';

/** `YYYY-MM`. */
export const Month = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])$/));

/** The parameters of `GET /v1/retention/forecast`. */
export const ForecastParameters = z.strictObject({
  /** `YYYY-MM`; this month where it is left out. */
  month: z.optional(Month),
  cursor: z.optional(z.string().check(z.maxLength(600))),
});

/** A matter whose records are to be deleted in a month. */
export const DueMatter = z.object({
  dueOn: CalendarDate,
  caller: z.string(),
  matter: z.string(),
  scenes: z.array(z.string()),
  state: z.enum(['closed', 'unclosed']),
  /** The holds that keep it all the same. */
  holds: z.array(z.string()),
});
type DueMatter = z.infer<typeof DueMatter>;

const PAGE = 100;

/** What is to be deleted in a month, in the order of the days, a page at a time; a page may be short. */
export async function dueIn(
  month: string,
  after: string | undefined,
  due: DueReader,
): Promise<{ items: DueMatter[]; reached: string | undefined }> {
  const { entries, reached } = await due.month(month, after, PAGE);
  const items = await Promise.all(
    entries.map(async ({ on, caller, matter }) => {
      const kept = (await due.read(caller, matter))?.value;
      // An entry that was overtaken is not what will happen.
      if (kept?.entryOn !== on) return [];
      const state: DueMatter['state'] = isClosed(kept) ? 'closed' : 'unclosed';
      return [{ dueOn: on, caller, matter, scenes: kept.scenes, state, holds: kept.holds }];
    }),
  );
  return { items: items.flat(), reached };
}
