import type { CheckLogReader, LookLog } from '../../lib/check-log/ports.ts';
import type { Clock } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import { type Keeping, type Matter, withCheck } from '../../lib/retention/matter.ts';
import type { DueReader, Kept, MatterStore, OverviewReader } from '../../lib/retention/ports.ts';

export interface RetentionPorts {
  readonly matters: MatterStore & DueReader & OverviewReader;
  /** Every registered caller, for who asks over all of them. */
  readonly callers: () => Promise<readonly string[]>;
  readonly log: Pick<CheckLogReader, 'stretch'>;
  readonly looks: LookLog;
  /** The catalogue in force. */
  readonly catalogue: () => Promise<Keeping>;
  readonly recordKey: Uint8Array;
  readonly clock: Clock;
}

/** Records of a matter that its registration has not come to yet: those of the last seconds. */
const LATEST = 100;

/**
 * A caller's matter; from the log where its first checks are not registered yet.
 * @throws Problem `not-found` where it has no check
 */
export async function matterOf(
  caller: string,
  matter: string,
  { matters, log }: RetentionPorts,
): Promise<{ value: Matter; before: number | undefined }> {
  const kept: Kept<Matter> | undefined = await matters.read(caller, matter);
  const { rows } = await log.stretch({ by: 'matter', caller, matter }, {}, LATEST, () => true);
  const value = rows.reduce<Matter | undefined>(
    (known, row) => withCheck(known, { ...row, caller, matter }),
    kept?.value,
  );
  if (!value) throw new Problem('not-found', { zh: '没有该事项的核查记录', en: 'There is no check of such a matter.' });
  return { value, before: kept?.revision };
}

const ATTEMPTS = 4;

/** Tries a change again that met another one on its way. */
export async function changing<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  for (let left = ATTEMPTS; left > 0; left -= 1) {
    const changed = await attempt();
    if (changed !== undefined) return changed;
  }
  throw new Problem('conflict', { zh: '刚被更改，请重试', en: 'It has just changed: try again.' });
}
