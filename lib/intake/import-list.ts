import type { Catalogue } from '../catalogue/catalogue.ts';
import { type CalendarDate, type Clock, dateOf, type Instant } from '../kernel/clock.ts';
import type { Signature } from '../listing/event.ts';
import type { PersonKeyring } from '../subject/key.ts';
import { needsApproval, type PlannedRow, planImport } from './plan.ts';
import type { SourceIndex, SourceRow } from './ports.ts';
import type { Profile } from './profile.ts';
import { sourceOf } from './profile-check.ts';
import type { Quarantined } from './quarantine.ts';
import { readList } from './read-list.ts';
import { RehearsalStore } from './rehearsal.ts';
import type { ReadRow } from './row.ts';
import { type Registry, runPlan } from './run.ts';

export interface ImportOrder {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly profile: Profile;
  /** Instead of the profile's own source. */
  readonly source?: string | undefined;
  readonly catalogue: Catalogue;
  readonly ring: PersonKeyring;
  /** Finds out what would happen, and writes nothing. */
  readonly dryRun?: boolean;
  readonly clock: Clock;
  /** Who answers for the import; asked once it is known whether a second person is needed. */
  readonly sign: (needsApproval: boolean) => Signature;
  readonly onProgress?: ((rows: number, of: number) => void) | undefined;
}

/** What an import did. `read` = `added` + `changed` + `unchanged` + `merged` + `quarantined.length`. */
export interface ImportReport {
  readonly source: string;
  /** When the file was taken in: what the source is fresh as of. */
  readonly takenInAt: Instant;
  readonly read: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly merged: number;
  /** In the order of the file. */
  readonly quarantined: readonly Quarantined[];
  /** Rows of the source that the file does not hold, and that stay. */
  readonly absent: number;
  /** The listings of the file (added, changed, unchanged) by their term today. */
  readonly terms: { readonly inForce: number; readonly over: number; readonly toCome: number };
  readonly transactions: number;
  readonly signed: Signature;
}

/**
 * Reads a list file, compares it with its source, and carries out the difference. Nothing is written before the whole
 * file has been read.
 * @throws FileFault for a file that cannot be taken in
 */
export async function importList(order: ImportOrder, registry: Registry): Promise<ImportReport> {
  const { profile, catalogue, clock } = order;
  const takenInAt = clock();
  const source = sourceOf(profile, order.source, catalogue);
  const rows: ReadRow[] = [];
  for await (const row of readList(order.bytes, order)) rows.push(row);
  const plan = planImport(source, rows, await rowsKnown(registry.index, source));
  const signed = order.sign(needsApproval(plan));
  const store = order.dryRun ? new RehearsalStore(registry.store) : registry.store;
  const run = await runPlan(plan, { ...registry, store }, { by: signed, clock, onProgress: order.onProgress });
  const unchanged = [...plan.unchanged, ...run.unchanged];
  return {
    source,
    takenInAt,
    read: rows.length,
    added: run.added.length,
    changed: run.changed.length,
    unchanged: unchanged.length,
    merged: plan.merged.length,
    quarantined: [...plan.quarantined, ...run.refused].toSorted((one, other) => one.line - other.line),
    absent: plan.absent,
    terms: termsOn(dateOf(takenInAt), [...run.added, ...run.changed, ...unchanged]),
    transactions: run.transactions,
    signed,
  };
}

async function rowsKnown(index: SourceIndex, source: string): Promise<Map<string, SourceRow>> {
  const known = new Map<string, SourceRow>();
  for await (const row of index.rowsOfSource(source)) known.set(row.key, row);
  return known;
}

function termsOn(today: CalendarDate, rows: readonly PlannedRow[]): ImportReport['terms'] {
  const terms = { inForce: 0, over: 0, toCome: 0 };
  for (const { row } of rows) {
    const { from, until } = row.decision;
    if (until !== null && until < today) terms.over += 1;
    else if (from > today) terms.toCome += 1;
    else terms.inForce += 1;
  }
  return terms;
}
