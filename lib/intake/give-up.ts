import { changesNow } from './carry-out.ts';
import { groundOf } from './ground.ts';
import { writeLines } from './lines.ts';
import { objectNames } from './ports.ts';
import type { Quarantined } from './quarantine.ts';
import { type IntakePorts, importOf } from './step.ts';
import { packTransactions } from './transactions.ts';
import { signatureOf, unitsIn } from './work.ts';
import { WorkTally } from './work-tally.ts';

const NOT_WRITTEN = {
  column: '',
  code: 'not-written',
  advice: {
    zh: '多次尝试仍未写入，该主体的记录保持原样，请重新提交',
    en: 'could not be written in several attempts; what is on record of the subject is as it was: send the row again',
  },
} as const;

/**
 * What a piece that failed again and again has not written goes into quarantine, so that one bad piece does not hold the
 * others up: what would still have to be written is looked up, and is not.
 */
export async function giveUp(ports: IntakePorts, id: string, piece: string): Promise<void> {
  const { imports, objects, clock } = ports;
  const taken = await importOf(ports, id);
  const tally = new WorkTally(ports, groundOf(id));
  for (const units of packTransactions(await unitsIn(ports, id, piece))) {
    const carried = await changesNow(units, ports, signatureOf(taken), clock);
    await tally.add(
      carried.map(({ unit, before, outcome }) => {
        const { added, changed, ended, unchanged } = outcome;
        tally.result.counts.kept += ended.length;
        const unwritten = [...added, ...changed].map(
          ({ row }): Quarantined => ({ line: row.line, faults: [NOT_WRITTEN] }),
        );
        return {
          unit: { ...unit, end: unit.end.filter((row) => !ended.includes(row)) },
          before,
          outcome: { added: [], changed: [], ended: [], unchanged, refused: [...outcome.refused, ...unwritten] },
        };
      }),
    );
  }
  const { refused, result } = tally;
  if (refused.length > 0) await writeLines(objects, objectNames.refused(id, 'work', piece), refused);
  await imports.savePiece(id, 'work', piece, { ...result, done: true });
}
