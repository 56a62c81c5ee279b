import { log, metric } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import type { SweepStore } from '../../lib/retention/ports.ts';
import { type SweepReport, sweep } from '../../lib/retention/sweep.ts';

/** On a schedule: deletes the records whose time has come, for at most so many milliseconds. */
export function sweeperHandler(store: SweepStore, clock: Clock, budgetMs: number) {
  return async (): Promise<SweepReport> => {
    const report = await sweep(store, clock, clock() + budgetMs);
    log('info', 'swept', { items: report.records }, [metric('RecordsSwept', report.records, 'Count')]);
    if (report.unreadable > 0)
      log('error', 'RecordUnreadable', { items: report.unreadable }, [
        metric('RecordUnreadable', report.unreadable, 'Count'),
      ]);
    return report;
  };
}
