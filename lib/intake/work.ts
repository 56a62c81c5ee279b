import { setTimeout } from 'node:timers/promises';
import { dateOf } from '../kernel/clock.ts';
import type { Signature } from '../listing/event.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type Carried, carryOut } from './carry-out.ts';
import type { Unit } from './changes.ts';
import { type Conflict, conflictsOf } from './conflict.ts';
import { addTo, emptyResult, type Import, type PieceResult } from './import.ts';
import { renew } from './lease.ts';
import { readLines, writeLines } from './lines.ts';
import { objectNames } from './ports.ts';
import type { Quarantined } from './quarantine.ts';
import { type IntakePorts, importOf } from './step.ts';
import { StoredUnit } from './stored-row.ts';
import { countTerms, faultsByCode } from './tally.ts';
import { packTransactions } from './transactions.ts';

const TELL_EVERY_MS = 500;
const MS_PER_SECOND = 1_000;
/** Of one piece: a source that contradicts itself everywhere is not told a steward case by case. */
const MAX_CONFLICTS = 200;

/** Carries one piece of the plan out, one transaction after the other. Done again, it does what is left. */
export async function work(ports: IntakePorts, id: string, piece: string): Promise<void> {
  const { imports, objects, clock } = ports;
  const taken = await importOf(ports, id);
  if (taken.state !== 'running') return;
  await renew(ports, taken);
  const tally = new Tally(ports);
  const rate = taken.order.options?.rowsPerSecond;
  let told = clock();
  for (const units of packTransactions(await unitsIn(ports, id, piece))) {
    const started = clock();
    tally.add(await carryOut(units, ports, signatureOf(taken), clock));
    await tally.keepConflicts();
    if (clock() - told >= TELL_EVERY_MS) {
      told = clock();
      await imports.savePiece(id, 'work', piece, tally.result);
      await renew(ports, taken);
    }
    if (rate !== undefined) await setTimeout(Math.max(0, (rowsOf(units) * MS_PER_SECOND) / rate - (clock() - started)));
  }
  const { refused } = tally;
  if (refused.length > 0) await writeLines(objects, objectNames.refused(id, 'work', piece), refused);
  await imports.savePiece(id, 'work', piece, { ...tally.result, done: true });
}

/**
 * What a piece that failed again and again has not written goes into quarantine, so that one bad piece does not hold the
 * others up.
 */
export async function giveUp(ports: IntakePorts, id: string, piece: string): Promise<void> {
  const { imports, objects, index } = ports;
  const result = emptyResult();
  const refused: Quarantined[] = [];
  for (const { rows } of await unitsIn(ports, id, piece)) {
    const digests = await index.digestsOf(rows.map(({ listingId }) => listingId));
    for (const { row, listingId, digest } of rows) {
      if (digests.get(listingId) === digest) {
        result.counts.unchanged += 1;
        continue;
      }
      const fault = { line: row.line, faults: [NOT_WRITTEN] };
      refused.push(fault);
      result.counts.quarantined += 1;
      faultsByCode(result.faults, fault);
    }
  }
  refused.sort((one, other) => one.line - other.line);
  if (refused.length > 0) await writeLines(objects, objectNames.refused(id, 'work', piece), refused);
  await imports.savePiece(id, 'work', piece, { ...result, done: true });
}

const NOT_WRITTEN = {
  column: '',
  code: 'not-written',
  advice: {
    zh: '多次尝试仍未写入，该主体的记录保持原样，请重新提交',
    en: 'could not be written in several attempts; what is on record of the subject is as it was: send the row again',
  },
} as const;

async function unitsIn({ objects }: IntakePorts, id: string, piece: string): Promise<Unit[]> {
  const units: Unit[] = [];
  for await (const unit of readLines(objects, objectNames.plan(id, piece), StoredUnit)) units.push(unit);
  return units;
}

const rowsOf = (units: readonly Unit[]): number =>
  units.reduce((sum, { rows, end }) => sum + rows.length + end.length, 0);

/** Who answers for what an import writes: the person who proposed it, and the one who approved it. */
const signatureOf = ({ id, proposedBy, approvedBy }: Import): Signature => ({
  ...proposedBy,
  ground: `import ${id}`,
  ...(approvedBy && { approvedBy: approvedBy.person ?? approvedBy.actor }),
});

class Tally {
  readonly result: PieceResult = emptyResult();
  readonly #refused: Quarantined[] = [];
  readonly #ports: IntakePorts;
  #carried: Carried[] = [];
  #conflicts = 0;

  constructor(ports: IntakePorts) {
    this.#ports = ports;
  }

  get refused(): Quarantined[] {
    return this.#refused.toSorted((one, other) => one.line - other.line);
  }

  add(carried: Carried[]): void {
    const { counts, faults, terms } = this.result;
    const today = dateOf(this.#ports.clock());
    for (const { outcome, unit } of carried) {
      const { added, changed, unchanged, ended, refused } = outcome;
      addTo(counts, {
        added: added.length,
        changed: changed.length,
        unchanged: unchanged.length,
        ended: ended.length,
        quarantined: refused.length,
      });
      countTerms(terms, today, [...added, ...changed, ...unchanged]);
      for (const each of refused) faultsByCode(faults, each);
      this.#refused.push(...refused);
      this.result.rows += unit.rows.length + unit.end.length;
    }
    this.#carried = carried;
  }

  /** Looks what was just written over for contradictions, and keeps them for a steward. */
  async keepConflicts(): Promise<void> {
    const { names, imports, clock } = this.#ports;
    const asked = this.#carried.flatMap(({ outcome }) => outcome.change?.names ?? []);
    const named = asked.length > 0 ? await names.subjectsOf(asked) : new Map<string, readonly SubjectKey[]>();
    const found = this.#carried.flatMap((carried) => conflictsOf(carried, named, clock()));
    this.result.disagreements += found.filter(({ kind }) => kind === 'sources-disagree').length;
    this.result.termsDiffer += found.filter(({ kind }) => kind === 'term-differs').length;
    const kept: Conflict[] = found.slice(0, Math.max(0, MAX_CONFLICTS - this.#conflicts));
    this.#conflicts += kept.length;
    if (kept.length > 0) await imports.recordConflicts(kept, clock());
  }
}
