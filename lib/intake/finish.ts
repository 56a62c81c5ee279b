import { parseInstant, toIso } from '../kernel/clock.ts';
import { addTo, type Counts, sumOf } from './import.ts';
import { writeQuarantine } from './quarantine-file.ts';
import { takenIn } from './source-state.ts';
import { following, type IntakePorts, importOf, isFinished, type StepResult } from './step.ts';

/** Sums up what was done, makes the source as fresh as the file said it is, and lets it go. */
export async function finish(ports: IntakePorts, id: string): Promise<StepResult> {
  const { imports, clock, refresh } = ports;
  const taken = await importOf(ports, id);
  if (isFinished(taken)) return following(id, 'end');
  const [planned, done] = await Promise.all(
    (['diff', 'work'] as const).map(async (step) => sumOf([...(await imports.pieces(id, step)).values()])),
  );
  if (!planned || !done) throw new RangeError('no results');
  const counts: Counts = {
    read: taken.reading?.rows ?? 0,
    added: done.counts.added,
    changed: done.counts.changed,
    unchanged: planned.counts.unchanged + done.counts.unchanged,
    merged: planned.counts.merged,
    quarantined: (taken.reading?.bad ?? 0) + planned.counts.quarantined + done.counts.quarantined,
    ended: done.counts.ended,
    kept: planned.counts.kept,
  };
  const { faults, terms } = sumOf([planned, done]);
  addTo(faults, taken.reading?.faults ?? {});
  if (counts.quarantined > 0) await writeQuarantine(ports, taken);
  const asOf = parseInstant(taken.asOf);
  await refresh(taken.source, asOf);
  await imports.changeSource(taken.source, (before) =>
    takenIn(before, {
      id,
      mode: taken.order.mode,
      asOf: taken.asOf,
      finishedAt: toIso(clock()),
      counts,
      faults,
      disagreements: done.disagreements,
      termsDiffer: done.termsDiffer,
    }),
  );
  await imports.change(id, (before) => ({
    ...before,
    state: 'done',
    result: counts,
    faults,
    terms,
    quarantineFile: counts.quarantined > 0,
  }));
  return following(id, 'end');
}
