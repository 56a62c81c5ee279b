import { log, metric } from '../../lib/edge/telemetry.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { type SealingPorts, type SealingReport, sealUp } from '../../lib/seal/run.ts';

/** On a schedule: seals what the log's stream brought up to some minutes ago. */
export function sealerHandler(ports: SealingPorts, clock: Clock) {
  return async (): Promise<SealingReport> => {
    const report = await sealUp(ports, clock());
    log('info', 'sealed', { items: report.records }, [metric('RecordsSealed', report.records, 'Count')]);
    // Somebody has taken a record away before it was sealed: its writer had it confirmed.
    if (report.confirmedGaps > 0)
      log('error', 'RecordMissing', { items: report.confirmedGaps }, [
        metric('RecordMissing', report.confirmedGaps, 'Count'),
      ]);
    return report;
  };
}
