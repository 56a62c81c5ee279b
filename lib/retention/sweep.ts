import { type Clock, dateOf, parseInstant, toIso } from '../kernel/clock.ts';
import type { DeletionRule } from '../seal/tombstone.ts';
import { isClosed, type Matter } from './matter.ts';
import { monthsUpTo } from './months.ts';
import type { DueEntry, Kept, SweepStore } from './ports.ts';

const ENTRIES_AT_ONCE = 100;

export interface SweepReport {
  readonly matters: number;
  readonly records: number;
  /** Due, and kept by a hold. */
  readonly held: number;
  /** Due, and kept by an alert that nobody has answered. */
  readonly alerted: number;
  /** Records that could not be read, and stay. */
  readonly unreadable: number;
  /** Whether there was no time for the rest. */
  readonly unfinished: boolean;
}

/**
 * Deletes what is due: of each record a tombstone first. What it does not come to before `until` the next run does.
 * Nothing is deleted of a matter that is held, has an alert that nobody has answered, or was checked again since it was
 * last registered.
 */
export async function sweep(store: SweepStore, clock: Clock, until: number): Promise<SweepReport> {
  const today = dateOf(clock());
  const report = { matters: 0, records: 0, held: 0, alerted: 0, unreadable: 0 };
  for (const month of monthsUpTo(today)) {
    let after: string | undefined;
    do {
      const { entries, reached } = await store.month(month, after, ENTRIES_AT_ONCE);
      for (const entry of entries.filter(({ on }) => on <= today)) {
        if (clock() >= until) return { ...report, unfinished: true };
        await sweepEntry(entry, store, clock, report);
      }
      after = reached;
    } while (after !== undefined);
  }
  return { ...report, unfinished: false };
}

async function sweepEntry(
  entry: DueEntry,
  store: SweepStore,
  clock: Clock,
  report: { matters: number; records: number; held: number; alerted: number; unreadable: number },
): Promise<void> {
  const kept = await store.read(entry.caller, entry.matter);
  // Overtaken: the matter stands under the day that counts now.
  if (kept?.value.entryOn !== entry.on) return store.dropEntry(entry);
  if (kept.value.holds.length > 0) {
    // The release gives it a place of its own.
    report.held += 1;
    return;
  }
  // So does whoever answers.
  if (await store.unanswered(entry.caller, entry.matter)) {
    report.alerted += 1;
    return;
  }
  const { buried, left, unreadable } = await sweepMatter(kept, store, clock);
  report.records += buried;
  report.unreadable += unreadable;
  if (left > 0) return;
  report.matters += 1;
  await store.dropMatter(kept.value, kept.revision);
  await store.dropEntry(entry);
}

/** Until the matter moves: a hold that is placed meanwhile saves whatever is left. */
async function sweepMatter({ value: matter, revision }: Kept<Matter>, store: SweepStore, clock: Clock) {
  let buried = 0;
  const spared = new Set<string>();
  let unreadable = 0;
  for (;;) {
    const records = (await store.recordsOf(matter.caller, matter.matter)).filter(({ id }) => !spared.has(id));
    if (records.length === 0) return { buried, left: spared.size, unreadable };
    for (const { id, checkedAt } of records) {
      if ((await store.read(matter.caller, matter.matter))?.revision !== revision)
        return { buried, left: 1, unreadable };
      const isNew = dateOf(parseInstant(checkedAt)) > matter.lastOn;
      const done = isNew ? 'spared' : await bury(id, matter, store, clock);
      if (done === 'buried') buried += 1;
      else spared.add(id);
      unreadable += done === 'unreadable' ? 1 : 0;
    }
  }
}

/** A record that is not what it should be, or has a note or a tombstone that is not, is evidence of something: it stays. */
async function bury(
  id: string,
  matter: Matter,
  store: SweepStore,
  clock: Clock,
): Promise<'buried' | 'spared' | 'unreadable'> {
  try {
    const record = await store.toBury(id);
    if (!record) return 'spared';
    const buried = await store.bury({ ...record, deletedAt: toIso(clock()), rule: ruleOf(matter) }, matter.caller);
    return buried ? 'buried' : 'unreadable';
  } catch (error) {
    if (!(error instanceof Error) || error.name !== '$ZodError') throw error;
    return 'unreadable';
  }
}

/** The closing and the catalogue that its years are from, or the bound; both where the matter was checked anew after it. */
function ruleOf(matter: Matter): DeletionRule {
  const { closing, boundOn } = matter;
  return {
    ...(closing && {
      closed: { on: closing.closedOn, keepYears: closing.keepYears, catalogueVersion: closing.catalogueVersion },
    }),
    ...(!isClosed(matter) && { boundOn }),
  };
}
