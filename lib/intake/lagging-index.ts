import { type Instant, parseInstant } from '../kernel/clock.ts';
import { isGone } from './changes.ts';
import { lineageOf } from './lineage.ts';
import type { Plan, PlannedRow } from './plan.ts';
import type { SourceState } from './source-state.ts';
import type { IntakePorts } from './step.ts';

/** The index of a source follows its rows within a second; one that is further behind than this is an incident. */
const LAG_MS = 10 * 60_000;
const ROWS_A_READ = 50;

/** Whether the index may still say what a source had before its last import. */
export function mayLag(source: SourceState | undefined, now: Instant): boolean {
  const last = source?.imports[0];
  return last !== undefined && now - parseInstant(last.finishedAt) < LAG_MS;
}

/**
 * The plan by what the rows themselves say, strongly read: a row that the index has as the file has it may be otherwise by
 * now, or gone, and is to be written; and one that the index lacks may be there, so that the file changes it and a black
 * listing is not lowered unseen. What came with the last import, and is missing both there and in the file, is ended by the
 * next file only.
 */
export async function despiteLag(plan: Plan, ports: Pick<IntakePorts, 'store' | 'index' | 'clock'>): Promise<Plan> {
  const now = ports.clock();
  const [changed, unchanged]: [PlannedRow[], PlannedRow[]] = [[], []];
  for (let start = 0; start < plan.unchanged.length; start += ROWS_A_READ) {
    const rows = plan.unchanged.slice(start, start + ROWS_A_READ);
    const standings = await ports.store.standings(rows.map(({ subject }) => subject));
    const last = rows.map(({ subject, listingId }) => lineageOf(listingId, standings.get(subject)).at(-1));
    const digests = await ports.index.digestsOf(last.flatMap((listing) => listing?.id ?? []));
    rows.forEach((row, index) => {
      const listing = last[index];
      const stands = listing !== undefined && !isGone(listing, row, now);
      (stands && digests.get(listing.id) === row.digest ? unchanged : changed).push(row);
    });
  }
  const { there, add } = await whetherThere(plan.add, ports);
  return { ...plan, add, changed: [...plan.changed, ...changed, ...there], unchanged };
}

async function whetherThere(rows: readonly PlannedRow[], { store }: Pick<IntakePorts, 'store'>) {
  const [there, add]: [PlannedRow[], PlannedRow[]] = [[], []];
  for (let start = 0; start < rows.length; start += ROWS_A_READ) {
    const some = rows.slice(start, start + ROWS_A_READ);
    const standings = await store.standings([...new Set(some.map(({ subject }) => subject))]);
    for (const row of some) {
      const listing = lineageOf(row.listingId, standings.get(row.subject)).at(-1);
      (listing !== undefined && listing.state !== 'ended' ? there : add).push(row);
    }
  }
  return { there, add };
}
