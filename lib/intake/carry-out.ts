import { setTimeout } from 'node:timers/promises';
import type { Clock, Instant } from '../kernel/clock.ts';
import { afterReading } from '../listing/after-reading.ts';
import { beyond } from '../listing/beyond.ts';
import type { Signature } from '../listing/event.ts';
import { StandingMoved, type StandingStore, type SubjectChange } from '../listing/ports.ts';
import type { WatchList } from '../listing/promotion.ts';
import type { Standing } from '../listing/standing.ts';
import type { Abolitions } from '../listing/term.ts';
import type { SubjectKey } from '../subject/key.ts';
import { changeOf, type Unit, type UnitChange } from './changes.ts';
import { lineageOf } from './lineage.ts';
import type { SourceIndex } from './ports.ts';
import { mayPromote, promoted } from './promoted.ts';
import { halvesOf, MAX_ITEMS } from './transactions.ts';

interface Registry {
  readonly store: StandingStore;
  readonly index: Pick<SourceIndex, 'digestsOf'>;
  /** To which watch lists repeated minor faults lead: asked for where a subject has more than one, and seldom. */
  readonly watchLists: () => Promise<readonly WatchList[]>;
  /** For when the file is complete: by then its source had dropped what it lacks. */
  readonly asOf: Instant;
  readonly abolitions: Abolitions;
}

/** A unit as it was carried out, with the standing that it met. */
export interface Carried {
  readonly unit: Unit;
  readonly before: Standing | undefined;
  readonly outcome: UnitChange;
  /** What its source has dropped, and could not be ended. */
  readonly kept?: number;
}

/** What becomes of the units of a transaction. */
export type Carry = (
  units: readonly Unit[],
  registry: Registry,
  by: Signature,
  clock: Clock,
) => Promise<readonly Carried[]>;

const ATTEMPTS = 8;
const PAUSE_MS = 25;

/**
 * Carries units out in one transaction, on the standings as they are. Where one has moved on meanwhile, the units part,
 * so that those that are at rest do not wait for it.
 * @throws StandingMoved where a subject is written to all the time
 */
export async function carryOut(
  units: readonly Unit[],
  registry: Registry,
  by: Signature,
  clock: Clock,
  attempt = 1,
): Promise<Carried[]> {
  const { store, abolitions } = registry;
  const carried = await changesNow(units, registry, by, clock);
  const changes = carried.flatMap(({ outcome }) => outcome.change ?? []);
  const writes = await afterReading(store, clock, (read, at) => beyond(changes, read, by, { at, abolitions }));
  // A black listing ends red ones, and minor faults bring watch ones: there may be more to write than there are rows.
  const halves = itemsOf(writes) > MAX_ITEMS ? halvesOf(units) : undefined;
  if (halves) return await oneByOne(halves, registry, by, clock, attempt);
  try {
    if (writes.length > 0) await store.commit(writes);
    return carried;
  } catch (error) {
    if (!(error instanceof StandingMoved) || attempt === ATTEMPTS) throw error;
    await setTimeout(PAUSE_MS * attempt);
  }
  const apart = units.length > 1 ? halvesOf(units) : undefined;
  if (apart) return await oneByOne(apart, registry, by, clock, attempt);
  return await carryOut(units, registry, by, clock, attempt + 1);
}

/** What units would do to the standings as they are. */
export async function changesNow(
  units: readonly Unit[],
  { store, index, watchLists, asOf, abolitions }: Registry,
  by: Signature,
  clock: Clock,
): Promise<Carried[]> {
  const standings = await store.standings(units.map(({ subject }) => subject));
  const listings = units.flatMap((unit) => idsNow(unit, standings));
  // Only a listing that is there already can be the same: a first import asks for nothing here.
  const digests = listings.length > 0 ? await index.digestsOf(listings) : new Map<string, string>();
  const on = { at: clock(), abolitions };
  const carried = units.map((unit) => {
    const before = standings.get(unit.subject);
    return { unit, before, outcome: changeOf(unit, before, digests, by, { ...on, asOf }) };
  });
  if (!carried.some(({ outcome }) => mayPromote(outcome))) return carried;
  const lists = await watchLists();
  return carried.map((each) => ({ ...each, outcome: promoted(each.outcome, lists, by, on) }));
}

async function oneByOne(
  [first, second]: readonly [readonly Unit[], readonly Unit[]],
  registry: Registry,
  by: Signature,
  clock: Clock,
  attempt: number,
): Promise<Carried[]> {
  const done = await carryOut(first, registry, by, clock, attempt);
  return [...done, ...(await carryOut(second, registry, by, clock, attempt))];
}

const itemsOf = (writes: readonly SubjectChange[]): number =>
  writes.reduce(
    (sum, { change, documents, names, withdrawn = [] }) =>
      sum + 1 + change.records.length + documents.length + names.length + withdrawn.length,
    // What ends is found again by one item for all.
    writes.some(({ change }) => change.records.some(({ event }) => event.type === 'ended')) ? 1 : 0,
  );

function idsNow({ subject, rows, end }: Unit, standings: ReadonlyMap<SubjectKey, Standing>): string[] {
  const standing = standings.get(subject);
  if (standing === undefined) return [];
  return [
    ...rows.flatMap(({ listingId }) => lineageOf(listingId, standing).map(({ id }) => id)),
    ...end.map(({ listingId }) => listingId),
  ];
}
