import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import { type ExpiryPorts, type ExpirySummary, runExpiry } from '../../lib/listing/run-expiry.ts';

/** The schedule: ends what has run out. What it could not finish, the next run finds again; an alarm says so if it stays. */
export function expiryHandler(ports: ExpiryPorts) {
  return async (): Promise<ExpirySummary> => {
    const summary = await runExpiry(ports, (error) => log('error', 'not ended', { error: errorName(error) }));
    const unfinished = summary.failed + (summary.more ? 1 : 0);
    log(unfinished > 0 ? 'warn' : 'info', 'expiry', { items: summary.ended }, [
      metric('ExpiryUnfinished', unfinished, 'Count'),
    ]);
    return summary;
  };
}
