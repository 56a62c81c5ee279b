import { parseInstant, toIso } from '../kernel/clock.ts';
import { Conflict } from './conflict.ts';
import { NOT_WRITTEN } from './give-up.ts';
import { addTo, type Counts, type Import, type PieceResult, sumOf } from './import.ts';
import { readLines } from './lines.ts';
import { bucketRanges } from './piece.ts';
import { objectNames, READING } from './ports.ts';
import { writeQuarantine } from './quarantine-file.ts';
import { brokenOff, takenIn } from './source-state.ts';
import { following, type IntakePorts, importOf, isFinished, type StepResult } from './step.ts';

/**
 * Sums up what was done, makes the source as fresh as the file said it is, and lets it go. Where not all could be written,
 * the import has failed, and the source is no fresher.
 */
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
    kept: planned.counts.kept + done.counts.kept,
    stillDelivered: planned.counts.stillDelivered + done.counts.stillDelivered,
    blacklisted: done.counts.blacklisted,
  };
  const { faults, terms, conflicts } = sumOf([planned, done]);
  addTo(faults, taken.reading?.faults ?? {});
  addTo(conflicts, taken.reading?.conflicts ?? {});
  if (counts.quarantined > 0) await writeQuarantine(ports, taken);
  await keepConflicts(ports, taken);
  const missing = notWritten(done);
  // What could not be written is not known of whom it is about: a source that lacks it is as old as it was.
  if (missing === 0) await refresh(taken.source, parseInstant(taken.asOf));
  const left = missing === 0 ? takenIn : brokenOff;
  await imports.changeSource(taken.source, (before) =>
    left(before, {
      id,
      mode: taken.order.mode,
      asOf: taken.asOf,
      finishedAt: toIso(clock()),
      counts,
      faults,
      disagreements: done.conflicts['sources-disagree'] ?? 0,
      termsDiffer: done.conflicts['term-differs'] ?? 0,
      against: taken.order.mode === 'full' ? sumOf([planned, done]).against : done.against,
    }),
  );
  await imports.change(id, (before) => ({
    ...before,
    ...(missing === 0 ? { state: 'done' } : { state: 'failed', refusal: incomplete(missing) }),
    result: counts,
    faults,
    terms,
    conflicts,
    quarantineFile: counts.quarantined > 0,
  }));
  return following(id, 'end');
}

/** Rows that a piece given up has left unwritten, and listings that it was to end. */
const notWritten = ({ faults, counts }: PieceResult): number => (faults[NOT_WRITTEN] ?? 0) + counts.kept;

const incomplete = (rows: number): NonNullable<Import['refusal']> => ({
  code: 'not-all-written',
  detail: {
    zh: `${rows} 行多次尝试仍未写入，来源的时间未更新；其余均已写入。重新提交同一文件即可继续`,
    en: `${rows} rows could not be written in several attempts: the source stays as fresh as it was. Everything else is written; the same file again does the rest`,
  },
});

/** What reading and comparing have found to contradict itself; what writing finds is kept there and then. */
async function keepConflicts({ imports, objects, clock }: IntakePorts, { id, order }: Import): Promise<void> {
  for (const part of [READING, ...bucketRanges(order.file.size)]) {
    const open: Conflict[] = [];
    for await (const conflict of readLines(objects, objectNames.conflicts(id, part), Conflict)) open.push(conflict);
    await imports.recordConflicts(open, clock());
  }
}
