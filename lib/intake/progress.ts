const BAR_WIDTH = 30;
const PLAIN_STEPS = 10;

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that overwrites itself on a terminal, a line for every tenth elsewhere. `now` is in milliseconds. */
export function progressOn(output: ProgressOutput, now: () => number): (rows: number, of: number) => void {
  const start = now();
  let told = 0;
  return (rows, of) => {
    const rate = Math.round((rows * 1_000) / Math.max(1, now() - start));
    const text = `${rows}/${of} 行 rows, ${rate}/s`;
    if (output.isTTY) {
      const full = Math.round((rows / of) * BAR_WIDTH);
      output.write(`\r[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${text}${rows === of ? '\n' : ''}`);
      return;
    }
    const step = Math.floor((rows / of) * PLAIN_STEPS);
    if (step > told) output.write(`${text}\n`);
    told = Math.max(told, step);
  };
}
