import { log, metric } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { type CarryReport, carryHolds } from '../../lib/retention/carry-holds.ts';
import { type PapersReport, type PapersRule, type PapersStore, sweepPapers } from '../../lib/retention/papers.ts';
import type { HeldTerms, SweepStore } from '../../lib/retention/ports.ts';
import { type SweepReport, sweep } from '../../lib/retention/sweep.ts';

export interface SweeperPorts {
  readonly terms: HeldTerms;
  readonly records: SweepStore;
  readonly papers: PapersStore;
  /** How long papers of ended listings are kept; undefined where the catalogue says nothing of lists. */
  readonly papersRule: () => Promise<PapersRule | undefined>;
  readonly clock: Clock;
  /** For at most so many milliseconds. */
  readonly budgetMs: number;
}

type Swept = SweepReport & Pick<PapersReport, 'papers'> & Pick<CarryReport, 'stopped' | 'resumed'>;

/**
 * On a schedule: carries holds and their releases to what they are on, deletes the records whose time has come, then the
 * papers of listings that ended long ago.
 */
export function sweeperHandler({ terms, records, papers, papersRule, clock, budgetMs }: SweeperPorts) {
  return async (): Promise<Swept> => {
    const until = clock() + budgetMs;
    const holds = await carryHolds(terms, clock, until);
    const report = await sweep(records, clock, until);
    const rule = await papersRule();
    const { papers: burnt, unfinished } = rule
      ? await sweepPapers(papers, rule, clock, until)
      : { papers: 0, unfinished: false };
    log('info', 'swept', { items: report.records + burnt }, [
      metric('RecordsSwept', report.records, 'Count'),
      metric('PapersSwept', burnt, 'Count'),
    ]);
    const unreadable = report.unreadable + holds.unreadable;
    if (unreadable > 0)
      log('error', 'RecordUnreadable', { items: unreadable }, [metric('RecordUnreadable', unreadable, 'Count')]);
    return {
      ...report,
      unreadable,
      papers: burnt,
      stopped: holds.stopped,
      resumed: holds.resumed,
      unfinished: holds.unfinished || report.unfinished || unfinished,
    };
  };
}
