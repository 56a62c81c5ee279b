import * as z from 'zod';
import { logFunction, requestOf } from './log-function.ts';
import { madeBefore } from './log-records.ts';
import { type Figure, holds } from './table.ts';
import { isRead, startWireProxy } from './wire-proxy.ts';

const MONTH = { from: '2026-01-01', to: '2026-01-31' };
const MONTH_BEGINS = Date.parse('2026-01-01T00:00:00+08:00');
const MONTH_ENDS = Date.parse('2026-02-01T00:00:00+08:00');
const ITEMS = 40;
const RETRY = 503;

const Answer = z.object({ final: z.boolean(), totals: z.object({ checks: z.int() }), rows: z.array(z.unknown()) });

/** A month that is over, by one dimension and outcome: counted from the log once, and asked for again. */
export async function sealedMonth(
  folder: string,
  endpoint: string,
  records: number,
  progress: (line: string) => void,
): Promise<Figure> {
  const proxy = await startWireProxy(endpoint);
  try {
    const statistics = await logFunction('statistics', folder, proxy.endpoint);
    const ask = () =>
      statistics(requestOf('GET /v1/statistics', { ...MONTH, by: 'domain,outcome' }, { scope: 'grantgate/audit' }));
    const started = performance.now();
    // Days that were never counted are counted now, as many as one request has time for.
    while ((await ask()).statusCode === RETRY);
    progress(`the month counted in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
    proxy.take();
    const { final, totals, rows } = Answer.parse(JSON.parse((await ask()).body));
    const reads = proxy.take().exchanges.filter(isRead);
    const items = reads.reduce((sum, exchange) => sum + exchange.items, 0);
    const expected = madeBefore(MONTH_ENDS, records) - madeBefore(MONTH_BEGINS, records);
    return holds(
      'statistics: a sealed month, domain × outcome',
      `${items} items in ${reads.length} read, ${rows.length} rows of ${totals.checks.toLocaleString('en')} checks`,
      `≤ ${ITEMS} items, ${expected.toLocaleString('en')} checks, final`,
      items <= ITEMS && final && totals.checks === expected,
    );
  } finally {
    await proxy.stop();
  }
}
