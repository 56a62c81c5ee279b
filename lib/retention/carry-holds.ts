import { type CalendarDate, type Clock, dateOf } from '../kernel/clock.ts';
import type { HeldMatter, HeldTerms } from './ports.ts';

export interface CarryReport {
  /** Items whose terms were stopped, and those whose terms go on. */
  readonly stopped: number;
  readonly resumed: number;
  /** Records that could not be read: of them only the record itself and its notes were changed. */
  readonly unreadable: number;
  /** Whether there was no time for the rest. */
  readonly unfinished: boolean;
}

/**
 * Stops the terms of whatever a hold keeps, so that nothing but the sweeper could delete it, which looks at the hold first;
 * lets them go on where the last hold was released. What it does not come to before `until` the next run does. As long as
 * a matter is held it is gone through once a day: for what was checked or appended since.
 */
export async function carryHolds(terms: HeldTerms, clock: Clock, until: number): Promise<CarryReport> {
  const today = dateOf(clock());
  const report = { stopped: 0, resumed: 0, unreadable: 0 };
  for (const entry of await terms.entries()) {
    if (entry.doneOn === today) continue;
    if (!(await carry(entry, { terms, clock, until, today, report }))) return { ...report, unfinished: true };
  }
  return { ...report, unfinished: false };
}

interface Carrying {
  readonly terms: HeldTerms;
  readonly clock: Clock;
  readonly until: number;
  readonly today: CalendarDate;
  readonly report: { stopped: number; resumed: number; unreadable: number };
}

/** Resolves with false where the time was over first. */
async function carry(entry: HeldMatter, { terms, clock, until, today, report }: Carrying): Promise<boolean> {
  let after = entry.after;
  for (;;) {
    const { records, reached } = await terms.records(entry, after);
    for (const { id, position } of records) {
      if (clock() >= until) {
        await terms.save({ ...entry, after });
        return false;
      }
      // A hold may be placed or released meanwhile, which begins this from the start.
      const held = await terms.isHeld(entry);
      const { changed, whole } = await (held ? terms.stop(id) : terms.resume(id));
      report[held ? 'stopped' : 'resumed'] += changed;
      report.unreadable += whole ? 0 : 1;
      after = position;
    }
    if (reached) break;
  }
  if (await terms.isHeld(entry)) await terms.save({ ...entry, after: undefined, doneOn: today });
  else await terms.drop(entry);
  return true;
}
