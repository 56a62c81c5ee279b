const BAR_WIDTH = 30;
const PLAIN_STEPS = 10;
const ENOUGH_SECONDS = 2;
const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** A bar that overwrites itself on a terminal, a line for every tenth elsewhere. `now` is in milliseconds. */
export function progressOn(
  output: ProgressOutput,
  now: () => number,
): (stage: string, unit: string, done: number, of: number) => void {
  let begun = { stage: '', at: 0, done: 0, told: 0 };
  return (stage, unit, done, of) => {
    if (of === 0) return;
    if (stage !== begun.stage) begun = { stage, at: now(), done, told: 0 };
    const seconds = (now() - begun.at) / MS_PER_SECOND;
    // What is there when it is first seen has come in no time that is known.
    const rate = seconds === 0 ? 0 : (done - begun.done) / seconds;
    // Of the first moments nothing can be told of those to come; where nothing is left there is nothing to tell.
    const left = seconds < ENOUGH_SECONDS || done === of ? '' : `, 还需 left ${minutes((of - done) / rate)}`;
    const pace = rate === 0 ? '' : `, ${Math.round(rate)}/s${left}`;
    const text = `${stage} ${done}/${of} ${unit}${pace}`;
    if (output.isTTY) {
      const full = Math.round((done / of) * BAR_WIDTH);
      output.write(`\r\u001b[K[${'█'.repeat(full)}${'░'.repeat(BAR_WIDTH - full)}] ${text}${done === of ? '\n' : ''}`);
      return;
    }
    const step = Math.floor((done / of) * PLAIN_STEPS);
    if (step > begun.told) output.write(`${text}\n`);
    begun.told = Math.max(begun.told, step);
  };
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / SECONDS_PER_MINUTE)}:${String(whole % SECONDS_PER_MINUTE).padStart(2, '0')}`;
}
