import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { StartFailure } from '../../infra/local/start-failure.ts';
import { bench } from './bench.ts';
import { benchIntake } from './intake.ts';
import { logFigures } from './log-bench.ts';
import { sealFigures } from './seal-bench.ts';
import { print } from './table.ts';

/** Listings of the larger Registry. */
const USUAL = 100_000;
const FULL = 300_000;
const SMALL = 1_000;

/** Records of the log that is searched, and rows of the list that is taken in. */
const RECORDS = 100_000;
const ROWS = 100_000;
const MILLION = 1_000_000;

const { values } = parseArgs({
  options: {
    full: { type: 'boolean', default: false },
    million: { type: 'boolean', default: false },
    only: { type: 'string' },
    rows: { type: 'string' },
  },
});
const large = values.full ? FULL : USUAL;
const began = performance.now();
const progress = (line: string) =>
  console.log(`${((performance.now() - began) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
const load = () => loadavg()[0]?.toFixed(1) ?? '';

// Ends as any other way does: what was started is stopped, what was made is removed.
process.once('SIGINT', () => process.exit(130));

try {
  const before = load();
  const measures = (part: string) => values.only === undefined || values.only === part;
  const records = values.million ? MILLION : RECORDS;
  const rows = Number(values.rows ?? (values.million ? MILLION : ROWS));
  const figures = [
    ...(measures('checks') ? await bench([SMALL, large], progress) : []),
    ...(measures('log') ? await logFigures(records, progress) : []),
    ...(measures('seals') ? await sealFigures(records, progress) : []),
    ...(measures('intake') ? await benchIntake(rows, progress) : []),
  ];
  const title =
    `Counted at ${SMALL.toLocaleString('en')} and at ${large.toLocaleString('en')} listings${values.full ? '' : ' (--full: 300,000)'}, ` +
    `“a / b” where they differ; latencies at ${large.toLocaleString('en')}, as least–median–greatest of the run's parts.\n` +
    `The log is searched and sealed at ${records.toLocaleString('en')} records, a list of ${rows.toLocaleString('en')} rows is taken in${values.million ? '' : ' (--million: 1,000,000; --only checks, log, seals or intake: that part alone)'}.\n` +
    `Node ${process.version}, ${availableParallelism()} cores, load average ${before} before and ${load()} after: over 1, latencies are noise.`;
  if (!print(title, figures)) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof StartFailure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
