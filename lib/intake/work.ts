import { setTimeout } from 'node:timers/promises';
import { parseInstant } from '../kernel/clock.ts';
import type { Signature } from '../listing/event.ts';
import { abolitionsIn } from '../listing/term.ts';
import { type Carry, carryOut } from './carry-out.ts';
import type { Unit } from './changes.ts';
import { groundOf } from './ground.ts';
import type { Import } from './import.ts';
import { renew } from './lease.ts';
import { readLines, writeLines } from './lines.ts';
import { objectNames } from './ports.ts';
import { type IntakePorts, importOf } from './step.ts';
import { StoredUnit } from './stored-row.ts';
import { packTransactions } from './transactions.ts';
import { WorkTally } from './work-tally.ts';

const TELL_EVERY_MS = 500;
const MS_PER_SECOND = 1_000;

/** Carries one piece of the plan out, one transaction after the other. Done again, it does what is left. */
export const work = (ports: IntakePorts, id: string, piece: string): Promise<void> =>
  carryPiece(ports, id, piece, carryOut);

/** Carries the piece out in a manner of its own, which says what has become of the units of each transaction. */
export async function carryPiece(ports: IntakePorts, id: string, piece: string, carry: Carry): Promise<void> {
  const { imports, objects, clock } = ports;
  const taken = await importOf(ports, id);
  if (taken.state !== 'running') return;
  await renew(ports, taken);
  const tally = new WorkTally(ports, groundOf(id));
  const rate = taken.order.options?.rowsPerSecond;
  let told = clock();
  // Of one piece once, and of most never.
  let lists: ReturnType<IntakePorts['watchLists']> | undefined;
  const registry = {
    ...ports,
    asOf: parseInstant(taken.asOf),
    watchLists: () => (lists ??= ports.watchLists()),
    abolitions: abolitionsIn(await ports.catalogue()),
  };
  for (const units of packTransactions(await unitsIn(ports, id, piece))) {
    if (clock() - told >= TELL_EVERY_MS) {
      told = clock();
      await imports.savePiece(id, 'work', piece, tally.result);
      // Before it writes: it may have stood still for longer than its lease.
      await renew(ports, taken);
    }
    const started = clock();
    const carried = await carry(units, registry, signatureOf(taken), clock);
    await tally.add(carried);
    // What an attempt before this one has written costs the tables nothing: it goes on where that one was broken off.
    const written = carried.some(({ outcome }) => outcome.change !== undefined);
    if (rate !== undefined && written)
      await setTimeout(Math.max(0, (rowsOf(units) * MS_PER_SECOND) / rate - (clock() - started)));
  }
  const { refused } = tally;
  if (refused.length > 0) await writeLines(objects, objectNames.refused(id, 'work', piece), refused);
  await imports.savePiece(id, 'work', piece, { ...tally.result, done: true });
}

/** What a piece of the plan is to write, subject by subject. */
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
  ground: groundOf(id),
  ...(approvedBy && { approvedBy: approvedBy.person ?? approvedBy.actor }),
});
