import { log, metric } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { type PapersReport, type PapersRule, type PapersStore, sweepPapers } from '../../lib/retention/papers.ts';
import type { SweepStore } from '../../lib/retention/ports.ts';
import { type SweepReport, sweep } from '../../lib/retention/sweep.ts';

export interface SweeperPorts {
  readonly records: SweepStore;
  readonly papers: PapersStore;
  /** How long papers of ended listings are kept; undefined where the catalogue says nothing of lists. */
  readonly papersRule: () => Promise<PapersRule | undefined>;
  readonly clock: Clock;
  /** For at most so many milliseconds. */
  readonly budgetMs: number;
}

/** On a schedule: deletes the records whose time has come, then the papers of listings that ended long ago. */
export function sweeperHandler({ records, papers, papersRule, clock, budgetMs }: SweeperPorts) {
  return async (): Promise<SweepReport & Pick<PapersReport, 'papers'>> => {
    const until = clock() + budgetMs;
    const report = await sweep(records, clock, until);
    const rule = await papersRule();
    const { papers: burnt, unfinished } = rule
      ? await sweepPapers(papers, rule, clock, until)
      : { papers: 0, unfinished: false };
    log('info', 'swept', { items: report.records + burnt }, [
      metric('RecordsSwept', report.records, 'Count'),
      metric('PapersSwept', burnt, 'Count'),
    ]);
    if (report.unreadable > 0)
      log('error', 'RecordUnreadable', { items: report.unreadable }, [
        metric('RecordUnreadable', report.unreadable, 'Count'),
      ]);
    return { ...report, papers: burnt, unfinished: report.unfinished || unfinished };
  };
}
