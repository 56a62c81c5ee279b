import type { EventRecord, StandingEvent } from '../listing/event.ts';
import { isNameKey } from '../subject/key.ts';
import type { Carried } from './carry-out.ts';
import { knownAs, namesOf } from './changes.ts';
import { isOfRow } from './lineage.ts';
import type { PlannedRow } from './plan.ts';
import type { SourceRow } from './ports.ts';

/** What this import itself has written of a unit before its worker died, or before an answer was lost. */
export interface WrittenBefore {
  readonly added: readonly PlannedRow[];
  readonly changed: readonly PlannedRow[];
  readonly ended: readonly SourceRow[];
  /** The events of those rows. */
  readonly events: readonly StandingEvent[];
  /** Nothing was known of the subject before. */
  readonly isNew: boolean;
}

/** A unit as it was carried out, by this attempt and by those before it. */
export interface Told extends Carried {
  readonly prior: WrittenBefore;
}

/** The rows that the import has written, whichever attempt it was. */
export const rowsWritten = ({ outcome, prior }: Told): readonly PlannedRow[] => [
  ...outcome.added,
  ...outcome.changed,
  ...prior.added,
  ...prior.changed,
];

/** The folded names that came to a subject, of which it is asked who else bears them. */
export function namesWritten({ unit, before, outcome, prior }: Told): string[] {
  if (isNameKey(unit.subject)) return [];
  const earlier = namesOf([...prior.added, ...prior.changed]);
  return [
    ...(outcome.change?.names ?? []),
    ...(prior.isNew ? earlier : earlier.filter((name) => name !== knownAs(before))),
  ];
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
    isNew: mine.length > 0 && mine.length === history.length,
  };
}

const idIn = (event: StandingEvent): string => ('listingId' in event ? event.listingId : '');
