import { closeDays, type TalliesPorts } from '../../lib/check-log/tallies.ts';
import { log } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';

export interface TallierPorts extends TalliesPorts {
  readonly clock: Clock;
  /** For at most so many milliseconds it counts; a day that is not done by then the next run begins anew. */
  readonly budgetMs: number;
}

/** On a schedule: counts each day once it is closed, so that whoever asks first does not wait for it. */
export function tallierHandler({ clock, budgetMs, ...ports }: TallierPorts) {
  return async (): Promise<{ readonly counted: number; readonly unfinished: boolean }> => {
    const now = clock();
    const report = await closeDays(ports, { now, isOver: () => clock() - now > budgetMs });
    log(report.unfinished ? 'warn' : 'info', 'tallied', { items: report.counted });
    return report;
  };
}
