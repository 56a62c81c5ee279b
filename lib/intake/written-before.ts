import type { EventRecord, StandingEvent } from '../listing/event.ts';
import type { Carried } from './carry-out.ts';
import { isOfRow } from './lineage.ts';
import type { PlannedRow } from './plan.ts';
import type { SourceRow } from './ports.ts';

/** What this import itself has written of a unit before its worker died, or before an answer was lost. */
interface WrittenBefore {
  readonly added: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  readonly ended: readonly SourceRow[];
  /** The events of those rows. */
  readonly events: readonly StandingEvent[];
}

/** Whether there is anything of a unit that an earlier attempt may have written. */
export const mayBeWritten = ({ unit, outcome }: Carried): boolean =>
  outcome.unchanged.length > 0 || outcome.ended.length < unit.end.length;

/** The history knows: an event names the import that it was written for. */
export function writtenBefore(
  { unit, outcome }: Carried,
  history: readonly EventRecord[],
  ground: string,
): WrittenBefore {
  const mine = history.flatMap(({ by, event }) => (by.ground === ground ? [event] : []));
  const eventsOf = ({ listingId }: PlannedRow) =>
    mine.filter((event) => isOfRow(listingId, 'listing' in event ? event.listing.id : idIn(event)));
  const wrote = (type: StandingEvent['type']) => (planned: PlannedRow) =>
    eventsOf(planned).some((event) => event.type === type);
  const added = outcome.unchanged.filter(wrote('listed'));
  const changed = outcome.unchanged.filter((planned) => !added.includes(planned) && wrote('changed')(planned));
  return {
    added,
    changed,
    ended: unit.end.filter(
      (row) =>
        !outcome.ended.includes(row) && mine.some((event) => event.type === 'ended' && idIn(event) === row.listingId),
    ),
    events: added.flatMap(eventsOf),
  };
}

const idIn = (event: StandingEvent): string => ('listingId' in event ? event.listingId : '');
