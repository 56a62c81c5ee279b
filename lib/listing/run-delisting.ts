import { type CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type Delisting, delistingOf } from './delisting.ts';
import type { EventRecord } from './event.ts';
import { exitsIn } from './exits.ts';
import type { Abolitions } from './term.ts';

/** Histories read at once. */
const WINDOW = 25;
/** More than this is not begun. */
const MAX_SUBJECTS = 20_000;

export interface DelistingPorts {
  /** Of whom something ended on these days. */
  subjects(from: CalendarDate, to: CalendarDate): Promise<readonly SubjectKey[]>;
  history(subject: SubjectKey): Promise<readonly EventRecord[]>;
  abolitions(): Promise<Abolitions>;
  /** The moment for which an import's file was complete; the ground is what its events name. */
  completeAsOf(ground: string): Promise<Instant | undefined>;
}

/**
 * Time to delist, of the exits of a period: a recount of the subjects' own histories.
 * @throws Problem `invalid-request` where there are more than can be read at once, or than the time allows
 */
export async function runDelisting(
  { from, to }: { readonly from: CalendarDate; readonly to: CalendarDate },
  ports: DelistingPorts,
  isOver: () => boolean,
): Promise<Delisting[]> {
  const subjects = await ports.subjects(from, to);
  if (subjects.length > MAX_SUBJECTS) throw tooMany(subjects.length);
  const exits = [];
  for (let at = 0; at < subjects.length; at += WINDOW) {
    if (isOver()) throw tooMany(subjects.length);
    for (const history of await Promise.all(subjects.slice(at, at + WINDOW).map((key) => ports.history(key))))
      exits.push(...exitsIn(history).filter((exit) => from <= dateOf(exit.at) && dateOf(exit.at) <= to));
  }
  const complete = new Map<string, Instant>();
  for (const ground of new Set(
    exits.flatMap(({ reason, by }) => (reason === 'withdrawn-by-source' ? (by.ground ?? []) : [])),
  )) {
    const asOf = await ports.completeAsOf(ground);
    if (asOf !== undefined) complete.set(ground, asOf);
  }
  return delistingOf(exits, { abolitions: await ports.abolitions(), complete });
}

function tooMany(subjects: number): Problem {
  const message = {
    zh: `该期间有 ${subjects} 个主体退出，一次统计不完，请缩短期间`,
    en: `${subjects} subjects left a list in the period, more than can be counted at once: ask for a shorter one.`,
  };
  return new Problem('invalid-request', message, { errors: [{ pointer: '/delisting', code: 'too-large', message }] });
}
