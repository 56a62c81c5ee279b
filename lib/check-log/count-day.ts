import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { type CheckRecord, RecordedOutcome } from '../check/record.ts';
import { type CalendarDate, endOf, startOf, toIso } from '../kernel/clock.ts';
import type { CheckLogReader, LogPartition, LogRow } from './ports.ts';
import { type CountedCheck, DayTally, distinct, type Ground, type Tally } from './tally.ts';

export interface CountingPorts {
  readonly log: Pick<CheckLogReader, 'record' | 'stretch'>;
  /** Keys the digests of subjects. */
  readonly recordKey: Uint8Array;
}

/** Lines read at once, and records: what is in memory beside the tally. */
const STRETCH = 1_000;
const WINDOW = 25;
const PARTS = ['hit', 'clear'] as const;

/**
 * Counts the checks of one day in Asia/Shanghai, of these callers, from the log itself; undefined where the time was over
 * first.
 */
export async function countDay(
  date: CalendarDate,
  callers: readonly string[],
  { log, recordKey }: CountingPorts,
  isOver: () => boolean,
): Promise<Tally | undefined> {
  const tally = new DayTally();
  const range = { from: toIso(startOf(date)), to: toIso(endOf(date)) };
  for (const partition of callers.flatMap((caller) => PARTS.map((hit) => ({ by: 'caller', caller, hit }) as const))) {
    if (isOver()) return undefined;
    for await (const rows of stretches(log, partition, range))
      for (let at = 0; at < rows.length; at += WINDOW) {
        const window = rows.slice(at, at + WINDOW);
        for (const check of await Promise.all(window.map((row) => countedRow(row, log, recordKey))))
          if (check) tally.add(check);
        if (isOver()) return undefined;
      }
  }
  return tally.on(date);
}

async function* stretches(
  log: CountingPorts['log'],
  partition: LogPartition,
  range: { readonly from: string; readonly to: string },
): AsyncGenerator<readonly LogRow[]> {
  let before: string | undefined;
  do {
    const { rows, reached } = await log.stretch(partition, { ...range, before }, STRETCH, () => true);
    yield rows;
    before = reached;
  } while (before !== undefined);
}

/** Only what rests on listings is read whole: most checks find nothing, and their lines say all that is counted. */
async function countedRow(
  row: LogRow,
  log: CountingPorts['log'],
  recordKey: Uint8Array,
): Promise<CountedCheck | undefined> {
  const { caller, scene, principal = null } = row;
  const outcome = Outcome.safeParse(row.outcome);
  // A refused attempt is no check.
  if (!outcome.success) return undefined;
  const counted = { caller, scene, principal, outcome: outcome.data, grounds: [], intercepted: [] };
  if (row.listings.length === 0) return counted;
  const found = await log.record(row.id);
  // Deleted by rule since its line was read.
  if (!found) return undefined;
  return { ...counted, ...groundsOf(found.record, recordKey) };
}

const Answer = z.object({
  verdicts: z.array(
    z.object({
      outcome: RecordedOutcome,
      reasons: z.array(z.object({ domain: z.string(), effect: z.string(), measure: z.object({ code: z.string() }) })),
    }),
  ),
});

/** What carried a check's outcome, and whom it intercepted. */
function groundsOf(
  { outcome, answer, detail, subjects }: Pick<CheckRecord, 'outcome' | 'answer' | 'detail' | 'subjects'>,
  recordKey: Uint8Array,
): Pick<CountedCheck, 'grounds' | 'intercepted'> {
  const carrying = Answer.parse(JSON.parse(answer)).verdicts.flatMap((verdict, index) => {
    if (verdict.outcome !== outcome) return [];
    const all = [...verdict.reasons, ...(detail.subjects[index]?.omittedReasons ?? [])];
    const heaviest = all.filter(({ effect }) => effect === outcome);
    // Where a doubt made the outcome lighter than every effect, whatever is in doubt carries it.
    const grounds = (heaviest.length > 0 ? heaviest : all).map(({ domain, measure }): Ground => [domain, measure.code]);
    return [{ key: subjects[index]?.key, grounds: distinct(grounds) }];
  });
  return {
    grounds: distinct(carrying.flatMap(({ grounds }) => grounds)),
    intercepted: carrying.flatMap(({ key, grounds }) =>
      outcome !== 'veto' || key === undefined ? [] : [{ subject: subjectDigest(key, recordKey), grounds }],
    ),
  };
}

/** 96 bits: among a thousand million subjects two share one with a chance of less than one in ten thousand million. */
const DIGEST_BYTES = 12;

/** Tells subjects apart in statistics, and leads to nobody. */
const subjectDigest = (key: string, recordKey: Uint8Array): string =>
  createHmac('sha256', recordKey)
    .update(JSON.stringify(['statistics', key]))
    .digest()
    .subarray(0, DIGEST_BYTES)
    .toString('base64url');
