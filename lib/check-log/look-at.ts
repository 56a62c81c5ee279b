import type { CheckRecord } from '../check/record.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Look } from './look.ts';
import type { CheckLogReader, LookLog } from './ports.ts';
import { type Looker, putOnRecord } from './put-on-record.ts';
import { noSuchCheck } from './visibility.ts';

interface LookAtPorts {
  readonly log: Pick<CheckLogReader, 'record'>;
  readonly looks: LookLog;
  readonly clock: Clock;
}

/** What an id can be; an attempt with anything else is no look at a record. */
const RECORD_ID = /^[\w-]{22}$/;

/**
 * One record, for whoever may see it, the look itself on record first. `only` is the caller whose records may be seen,
 * undefined for an auditor.
 * @throws Problem `not-found`, `evidence-unavailable`
 */
export async function lookAt(
  id: string,
  kind: Look['kind'],
  by: Looker,
  only: string | undefined,
  { log, looks, clock }: LookAtPorts,
): Promise<CheckRecord> {
  const found = (await log.record(id))?.record;
  const visible = found && (only === undefined || found.caller === only) ? found : undefined;
  const looked = {
    kind,
    subjects: visible?.subjects.flatMap(({ key }) => key ?? []) ?? [],
    ...(RECORD_ID.test(id) && { checkId: id }),
    results: visible ? 1 : 0,
  };
  await putOnRecord(looks, by, looked, clock());
  if (!visible) throw noSuchCheck();
  return visible;
}
