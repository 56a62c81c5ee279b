import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../kernel/clock.ts';
import type { Signature } from '../listing/event.ts';
import { StandingMoved, type StandingStore } from '../listing/ports.ts';
import { changeOf, type Unit, type UnitChange } from './changes.ts';
import type { Plan, PlannedRow } from './plan.ts';
import type { SourceIndex } from './ports.ts';
import type { Quarantined } from './quarantine.ts';
import { packTransactions } from './transactions.ts';

export interface Registry {
  readonly store: StandingStore;
  readonly index: SourceIndex;
}

export interface RunOptions {
  readonly by: Signature;
  readonly clock: Clock;
  /** Called after each transaction with the rows that are done. */
  readonly onProgress?: ((rows: number, of: number) => void) | undefined;
}

/** What became of the rows that the plan wanted to add or to change. */
export interface RunResult {
  readonly added: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  readonly unchanged: readonly PlannedRow[];
  readonly refused: readonly Quarantined[];
  readonly transactions: number;
}

const ATTEMPTS = 8;
const PAUSE_MS = 25;

/**
 * Carries a plan out, one transaction after the other. Killed at any point, it leaves whole subjects' parts done and the
 * rest undone; the same file again does the rest.
 * @throws StandingMoved where a subject is written to all the time
 */
export async function runPlan(plan: Plan, registry: Registry, options: RunOptions): Promise<RunResult> {
  const rows = [...plan.add, ...plan.changed];
  const done: UnitChange[] = [];
  let finished = 0;
  let transactions = 0;
  for (const units of packTransactions(plan.source, rows)) {
    const changes = await carryOut(units, registry, options);
    done.push(...changes);
    if (changes.some(({ change }) => change)) transactions += 1;
    finished += units.reduce((sum, unit) => sum + unit.rows.length, 0);
    options.onProgress?.(finished, rows.length);
  }
  return {
    added: done.flatMap(({ added }) => added),
    changed: done.flatMap(({ changed }) => changed),
    unchanged: done.flatMap(({ unchanged }) => unchanged),
    refused: done.flatMap(({ refused }) => refused),
    transactions,
  };
}

async function carryOut(
  units: readonly Unit[],
  { store, index }: Registry,
  { by, clock }: RunOptions,
): Promise<UnitChange[]> {
  for (let attempt = 1; ; attempt += 1) {
    const standings = await store.standings(units.map(({ subject }) => subject));
    // Only a listing that is there already can be the same: a first import asks for nothing here.
    const present = units.flatMap(({ subject, rows }) => {
      const ids = new Set(standings.get(subject)?.listings.map(({ id }) => id));
      return rows.map(({ listingId }) => listingId).filter((id) => ids.has(id));
    });
    const digests = present.length > 0 ? await index.digestsOf(present) : new Map<string, string>();
    const changes = units.map((unit) => changeOf(unit, standings.get(unit.subject), digests, by, clock()));
    const writes = changes.flatMap(({ change }) => change ?? []);
    try {
      if (writes.length > 0) await store.commit(writes);
      return changes;
    } catch (error) {
      if (!(error instanceof StandingMoved) || attempt === ATTEMPTS) throw error;
      await setTimeout(PAUSE_MS * attempt);
    }
  }
}
