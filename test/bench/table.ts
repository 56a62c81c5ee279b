import { quantile, type Ratio } from './statistics.ts';

/** One line of the table. */
export interface Figure {
  readonly name: string;
  readonly measured: string;
  readonly bar: string;
  /** Empty where there is no bar; what a run cannot vary (`counted`) fails it. */
  readonly verdict: '' | 'ok' | `MISSED by ${string}`;
  readonly counted: boolean;
}

/** Something that is told and not judged. */
export const note = (name: string, measured: string): Figure => ({
  name,
  measured,
  bar: '',
  verdict: '',
  counted: false,
});

/** Something that is counted: the same in every run. `values` are held against the bars one by one. */
export function counted(
  name: string,
  measured: string,
  bar: string,
  values: readonly number[],
  bars: readonly number[],
): Figure {
  const over = values.map((value, index) => Math.max(0, value - (bars[index] ?? 0)));
  const missed = over.some((excess) => excess > 0);
  return { name, measured, bar, verdict: missed ? `MISSED by ${over.join(' + ')}` : 'ok', counted: true };
}

/** A condition that holds or does not. */
export const holds = (name: string, measured: string, bar: string, good: boolean): Figure => ({
  name,
  measured,
  bar,
  verdict: good ? 'ok' : 'MISSED by not holding',
  counted: true,
});

const DIGITS = 2;
const HALF = 0.5;
const P99 = 0.99;

/** A ratio of two latencies: it varies with the machine, and never fails a run. */
export function latency(name: string, { ours, theirs, ratio, least, greatest }: Ratio, bar: number): Figure {
  const spread = `${least.toFixed(DIGITS)}–${ratio.toFixed(DIGITS)}–${greatest.toFixed(DIGITS)} ×`;
  return {
    name,
    measured: `${spread} (${ours.toFixed(DIGITS)} / ${theirs.toFixed(DIGITS)} ms)`,
    bar: `≤ ${bar} ×`,
    verdict: ratio <= bar ? 'ok' : `MISSED by ${(ratio - bar).toFixed(DIGITS)} ×`,
    counted: false,
  };
}

/** What one side takes more than the other, in milliseconds at the median. */
export function added(name: string, { ours, theirs }: Ratio, bar: number): Figure {
  const more = ours - theirs;
  return {
    name,
    measured: `${more.toFixed(DIGITS)} ms more (${ours.toFixed(DIGITS)} / ${theirs.toFixed(DIGITS)} ms)`,
    bar: `≤ ${bar} ms`,
    verdict: more <= bar ? 'ok' : `MISSED by ${(more - bar).toFixed(DIGITS)} ms`,
    counted: false,
  };
}

/** How long one thing takes, of many times: the median is judged, and never fails a run. */
export function duration(name: string, times: readonly number[], bar: number): Figure {
  const [p50, p99] = [quantile(times, HALF), quantile(times, P99)];
  return {
    name,
    measured: `${p50.toFixed(DIGITS)} ms, p99 ${p99.toFixed(DIGITS)} ms (${times.length.toLocaleString('en')} times)`,
    bar: `< ${bar} ms`,
    verdict: p50 < bar ? 'ok' : `MISSED by ${(p50 - bar).toFixed(DIGITS)} ms`,
    counted: false,
  };
}

/** Prints the figures under each other; resolves whether all that is counted is as it must be. */
export function print(title: string, figures: readonly Figure[]): boolean {
  const rows = [
    ['figure', 'measured', 'bar', 'verdict'],
    ...figures.map((f) => [f.name, f.measured, f.bar, f.verdict]),
  ];
  // What is only told has no cell behind it, and may be as long as it is.
  const judged = rows.filter(([, , bar]) => bar !== '');
  const width = (of: readonly (readonly string[])[], column: number) =>
    Math.max(...of.map((row) => row[column]?.length ?? 0));
  const widths = [width(rows, 0), ...[1, 2, 3].map((column) => width(judged, column))];
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = rows;
  console.log(`\n${title}\n`);
  for (const text of [line(head), widths.map((width) => '-'.repeat(width)).join('  '), ...body.map(line)])
    console.log(text);
  return figures.every(({ counted, verdict }) => !counted || verdict === '' || verdict === 'ok');
}
