import { brokenBy, bulkQuery, type Looking, windowOf } from '../../lib/check-log/bulk.ts';
import { BULK_RULES, MOST_SUBJECTS } from '../../lib/check-log/bulk-rules.ts';
import { log } from '../../lib/edge/telemetry.ts';
import { type Instant, instant, parseInstant } from '../../lib/kernel/clock.ts';
import type { ViolationRegister } from '../../lib/listing/violation.ts';
import type { LookImage } from './images.ts';

/** Counts a client's looks over every execution environment. */
export interface LookMeter {
  /** The client's looks of the window with these; undefined where a later window has begun already. */
  count(client: string, looking: Looking, window: Instant): Promise<Looking | undefined>;
}

/** Counts the looks among new items of the log, and registers what is unusual. A repeated batch is counted twice: the register is a hint to look, and hinders nobody. */
export async function watchLooks(
  images: readonly LookImage[],
  meter: LookMeter,
  violations: ViolationRegister,
): Promise<void> {
  const seen = new Map<
    string,
    { client: string; window: Instant; looks: number; lines: number; others: number; subjects: Set<string> }
  >();
  for (const { looker: client, at, subject, lines, others } of images) {
    const window = windowOf(parseInstant(at.moment));
    const key = JSON.stringify([client, window]);
    const counted = seen.get(key) ?? { client, window, looks: 0, lines: 0, others: 0, subjects: new Set() };
    seen.set(key, counted);
    // The same look stands once more for each further subject, without its lines.
    if (lines !== undefined) counted.looks += 1;
    counted.lines += lines ?? 0;
    counted.others += others ?? 0;
    // What is kept of a client's hour stays small, whatever lists it sends.
    if (subject !== undefined && counted.subjects.size <= MOST_SUBJECTS) counted.subjects.add(subject);
  }
  for (const { client, window, ...looking } of seen.values()) {
    const total = await meter.count(client, looking, instant(window));
    for (const rule of total ? brokenBy(total, BULK_RULES) : []) {
      log('warn', 'unusual bulk query', { caller: client });
      await violations.append(bulkQuery(client, rule, window));
    }
  }
}
