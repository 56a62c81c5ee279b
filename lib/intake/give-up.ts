import { type Carried, type Carry, carryOut, changesNow } from './carry-out.ts';
import type { Unit } from './changes.ts';
import type { Quarantined } from './quarantine.ts';
import type { IntakePorts } from './step.ts';
import { carryPiece } from './work.ts';

/** The code of a row that could not be written. */
export const NOT_WRITTEN = 'not-written';

const FAULT = {
  column: '',
  code: NOT_WRITTEN,
  advice: {
    zh: '多次尝试仍未写入，该主体的记录保持原样，请重新提交',
    en: 'could not be written in several attempts; what is on record of the subject is as it was: send the row again',
  },
} as const;

/** So many subjects in a row that cannot be written are no fault of theirs: the rest is not tried one by one. */
const MAX_IN_A_ROW = 8;

/**
 * A piece that failed again and again is carried out once more, in ever smaller parts: the rows of a subject that cannot be
 * written go into quarantine, and its neighbours into the lists. Done again, it does what is left.
 */
export async function giveUp(ports: IntakePorts, id: string, piece: string): Promise<void> {
  let inARow = 0;
  const tell = (units: readonly Unit[], cause: unknown) =>
    ports.notWritten({ importId: id, piece, units: units.length }, cause);
  const carryEach: Carry = async (units, ...more) => {
    const [first] = units;
    if (!first) return [];
    if (inARow >= MAX_IN_A_ROW) return (await changesNow(units, ...more)).map(withoutWriting);
    try {
      const carried = await carryOut(units, ...more);
      inARow = 0;
      return carried;
    } catch (cause) {
      tell(units, cause);
      if (units.length === 1) {
        inARow += 1;
        return [await notWritten(first, tell, ...more)];
      }
    }
    const middle = Math.ceil(units.length / 2);
    return [...(await carryEach(units.slice(0, middle), ...more)), ...(await carryEach(units.slice(middle), ...more))];
  };
  await carryPiece(ports, id, piece, carryEach);
}

/** What would still have to be written is looked up, as far as it can be. */
async function notWritten(
  unit: Unit,
  tell: (units: readonly Unit[], cause: unknown) => void,
  ...more: Tail<Parameters<Carry>>
): Promise<Carried> {
  try {
    const [carried] = await changesNow([unit], ...more);
    if (carried) return withoutWriting(carried);
  } catch (cause) {
    // Not even read: nothing is known to stand there as the file says.
    tell([unit], cause);
  }
  const { rows, end } = unit;
  return withoutWriting({
    unit,
    before: undefined,
    outcome: { added: rows, changed: [], unchanged: [], ended: end, refused: [] },
  });
}

function withoutWriting({ unit, before, outcome }: Carried): Carried {
  const { added, changed, ended, unchanged } = outcome;
  const unwritten = [...added, ...changed].map(({ row }): Quarantined => ({ line: row.line, faults: [FAULT] }));
  return {
    unit: { ...unit, end: unit.end.filter((row) => !ended.includes(row)) },
    before,
    outcome: { added: [], changed: [], ended: [], unchanged, refused: [...outcome.refused, ...unwritten] },
    kept: ended.length,
  };
}

type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;
