import { addDays, type CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { isClosed } from './closing-day.ts';
import { type CountingPorts, countDay } from './count-day.ts';
import type { Tally } from './tally.ts';

/** Where the tallies of closed days are kept, each written once. */
export interface TallyStore {
  /** Those that are kept of the days from one to another, both included, oldest first. */
  between(from: CalendarDate, to: CalendarDate): Promise<readonly Tally[]>;
  /** Keeps a day's, unless one is kept: resolves with the one that stands. */
  keep(tally: Tally): Promise<Tally>;
}

export interface TalliesPorts extends CountingPorts {
  readonly tallies: TallyStore;
  /** Every caller that was ever registered. */
  readonly callers: () => Promise<readonly string[]>;
}

/**
 * The tallies of a period, as far as it has begun: those that are kept, and the others counted from the log; of a closed
 * day once and for all. `only` is whose checks of the open days are counted.
 * @throws Problem `evidence-unavailable` when there is more to count than the time allows: the days that are done are kept,
 *   and a closed day that is too long for one request is counted by the schedule
 */
export async function talliesOf(
  { from, to }: { readonly from: CalendarDate; readonly to: CalendarDate },
  ports: TalliesPorts,
  time: { readonly now: Instant; readonly isOver: () => boolean },
  only?: string,
): Promise<readonly Tally[]> {
  const kept = new Map((await ports.tallies.between(from, to)).map((tally) => [tally.date, tally]));
  const last = dateOf(time.now) < to ? dateOf(time.now) : to;
  const missing = days(from, last).filter((date) => !kept.has(date));
  const callers = missing.length === 0 ? [] : await ports.callers();
  for (const date of missing) {
    const closed = isClosed(date, time.now);
    const counted = await countDay(date, closed || only === undefined ? callers : [only], ports, time.isOver);
    if (!counted) throw stillCounting(date, closed);
    kept.set(date, closed ? await ports.tallies.keep(counted) : counted);
  }
  return days(from, last).flatMap((date) => kept.get(date) ?? []);
}

/** So far back it is looked for a closed day that nobody has counted; older ones wait for the first question. */
const LOOKED_BACK_DAYS = 7;

/** Counts the last days that are closed, oldest first, as far as they are not kept yet. */
export async function closeDays(
  ports: TalliesPorts,
  { now, isOver }: { readonly now: Instant; readonly isOver: () => boolean },
): Promise<{ readonly counted: number; readonly unfinished: boolean }> {
  const today = dateOf(now);
  const closed = days(addDays(today, -LOOKED_BACK_DAYS), today).filter((date) => isClosed(date, now));
  const [first, last] = [closed.at(0), closed.at(-1)];
  if (first === undefined || last === undefined) return { counted: 0, unfinished: false };
  const kept = new Set((await ports.tallies.between(first, last)).map(({ date }) => date));
  const missing = closed.filter((date) => !kept.has(date));
  const callers = missing.length === 0 ? [] : await ports.callers();
  for (const [counted, date] of missing.entries()) {
    const tally = await countDay(date, callers, ports, isOver);
    if (!tally) return { counted, unfinished: true };
    await ports.tallies.keep(tally);
  }
  return { counted: missing.length, unfinished: false };
}

/** Every day from one to another, both included. */
export function days(from: CalendarDate, to: CalendarDate): CalendarDate[] {
  const all: CalendarDate[] = [];
  for (let date = from; date <= to; date = addDays(date, 1)) all.push(date);
  return all;
}

const stillCounting = (date: CalendarDate, closed: boolean): Problem =>
  new Problem(
    'evidence-unavailable',
    closed
      ? {
          zh: `${date} 尚在首次统计，已完成的日期已保存，请重试；核查很多的一天由每日定时任务统计`,
          en: `${date} is being counted for the first time; the days that are done are kept. Try again: a day of very many checks is counted by the schedule.`,
        }
      : {
          zh: `${date} 尚未结束，核查过多，无法即时统计；请将期间截至前一天，或指定调用单位`,
          en: `${date} is not closed and has more checks than can be counted live: ask up to the day before, or for one caller.`,
        },
    { retryAfter: closed ? RETRY_SECONDS : OPEN_RETRY_SECONDS },
  );
const RETRY_SECONDS = 1;
const OPEN_RETRY_SECONDS = 3_600;
