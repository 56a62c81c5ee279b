import type { DynamoDBClient, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { TableNames } from '../../infra/local/tables.ts';
import type { RegistryReader, RegistryView } from '../../lib/check/ports.ts';
import { addDays, dateOf, instant, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import type { EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import { StandingMoved } from '../../lib/listing/ports.ts';
import type { Listing, Standing } from '../../lib/listing/standing.ts';
import { advance, apply, fold, type StandingChange } from '../../lib/listing/transition.ts';
import { organisationKey, type SubjectKey } from '../../lib/subject/key.ts';
import { type Parts, productParts } from './system.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;
const SIGNED = { actor: 'steward' };

/** A fault of the kind that programs have, put into the parts that histories run through. */
export interface Mutant {
  readonly name: string;
  /** `loose` is a client whose writes carry no condition. */
  mutate(parts: Parts, loose: DynamoDBClient, tables: TableNames): Parts;
}

/** What a check reads, changed on the way. */
const reading =
  (change: (standing: Standing, parts: Parts) => Standing | undefined | Promise<Standing | undefined>) =>
  (parts: Parts): Parts => ({ ...parts, registry: readerOf(parts.registry, (standing) => change(standing, parts)) });

const readerOf = (
  registry: RegistryReader,
  change: (standing: Standing, key: SubjectKey) => Standing | undefined | Promise<Standing | undefined>,
): RegistryReader => ({
  ...bound(registry),
  read: async (query, signal): Promise<RegistryView> => {
    const view = await registry.read(query, signal);
    const standings = new Map<SubjectKey, Standing>();
    for (const [key, standing] of view.standings) {
      const changed = await change(standing, key);
      if (changed) standings.set(key, changed);
    }
    return { ...view, standings };
  },
});

const bound = (registry: RegistryReader): RegistryReader => ({
  read: (query, signal) => registry.read(query, signal),
  standings: (keys, signal) => registry.standings(keys, signal),
});

/** Every listing that a check reads, changed on the way. */
const listings = (change: (listing: Listing) => Listing) =>
  reading((standing) => ({ ...standing, listings: standing.listings.map(change) }));

/** Transitions, applied otherwise. */
const applying =
  (advanceOtherwise: Parts['advance']) =>
  (parts: Parts): Parts => ({ ...parts, advance: advanceOtherwise });

/** The transition as it should be, but for events that are left out; acknowledged as if they were there. */
const without = (drops: (event: StandingEvent) => boolean) =>
  applying((before, events, at): StandingChange => {
    const right = advance(before, events, SIGNED, at);
    const kept = right.records.filter(({ event }) => !drops(event));
    let after = before;
    for (const { event } of kept) after = apply(after, event, at);
    after = { ...after, version: right.after.version };
    return { before, after, records: right.records };
  });

const bare = (
  before: Standing,
  events: readonly StandingEvent[],
  at: Parameters<Parts['advance']>[2],
): StandingChange => {
  let after = before;
  const records: EventRecord[] = [];
  for (const event of events) {
    after = apply(after, event, at);
    records.push({ version: after.version, at: toIso(at), by: SIGNED, subject: after.subject, event });
  }
  return { before, after, records };
};

/** The first standing of each subject that was read, for good. */
function cached(parts: Parts): Parts {
  const seen = new Map<SubjectKey, Standing>();
  return {
    ...parts,
    registry: readerOf(parts.registry, (standing, key) => {
      const known = seen.get(key);
      if (known) return known;
      seen.set(key, standing);
      return standing;
    }),
  };
}

/** A term ends with its last day in UTC, eight hours late. */
function inUtc(parts: Parts): Parts {
  let now = instant(0);
  const late = () => toIso(now).slice(0, 10) !== dateOf(now);
  return {
    ...parts,
    checksAt: (at) => {
      now = at;
      return at;
    },
    registry: listingsOf(parts.registry, (listing) =>
      listing.until !== null && late() ? { ...listing, until: addDays(listing.until, 1) } : listing,
    ),
  };
}

/** Somebody else's standing now and then. */
function mixedUp(parts: Parts): Parts {
  let last: Standing | undefined;
  return {
    ...parts,
    registry: readerOf(parts.registry, (standing) => {
      const other = last;
      last = standing;
      return other ? { ...other, version: standing.version } : standing;
    }),
  };
}

const shifted =
  (milliseconds: number) =>
  (parts: Parts): Parts => ({
    ...parts,
    registry: listingsOf(parts.registry, (listing) =>
      listing.until === null ? listing : { ...listing, until: addDays(listing.until, milliseconds / DAY_MS) },
    ),
  });

const listingsOf = (registry: RegistryReader, change: (listing: Listing) => Listing): RegistryReader =>
  readerOf(registry, (standing) => ({ ...standing, listings: standing.listings.map(change) }));

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no write condition',
    mutate: (parts, loose, tables) => ({ ...parts, commit: productParts(loose, tables).commit }),
  },
  { name: 'a cached standing', mutate: cached },
  { name: 'the last day does not count', mutate: shifted(-DAY_MS) },
  { name: 'the day after the last counts', mutate: shifted(DAY_MS) },
  { name: 'dates in UTC', mutate: inUtc },
  { name: 'a suspension is skipped', mutate: without(({ type }) => type === 'suspended') },
  { name: 'an end is skipped', mutate: without((event) => event.type === 'ended' && event.reason === 'repaired') },
  { name: 'a lowering is skipped', mutate: without(({ type }) => type === 'lowered') },
  { name: 'a resumption is skipped', mutate: without(({ type }) => type === 'resumed') },
  {
    name: 'resuming for one cause resumes for both',
    mutate: applying((before, events, at) => {
      const right = advance(before, events, SIGNED, at);
      const resumed = events.find((event) => event.type === 'resumed');
      if (!resumed) return right;
      const freed = right.after.listings.map((listing) => {
        const { suspensions: _, ...rest } = listing;
        return listing.id === resumed.listingId ? rest : listing;
      });
      return { ...right, after: { ...right.after, listings: freed } };
    }),
  },
  { name: 'a black listing leaves the red ones', mutate: applying(bare) },
  {
    name: 'nothing is reinstated',
    mutate: applying((before, events, at) =>
      events[0]?.type === 'ended' ? bare(before, events, at) : advance(before, events, SIGNED, at),
    ),
  },
  {
    name: 'every end reinstates',
    mutate: applying((before, events, at) => {
      const [event] = events;
      if (event?.type !== 'ended') return advance(before, events, SIGNED, at);
      const back = before.listings
        .filter(({ ended }) => ended?.reason === 'blacklisted' && ended.by === event.listingId)
        .map(({ id }): StandingEvent => ({ type: 'reinstated', listingId: id }));
      return bare(before, [event, ...back], at);
    }),
  },
  {
    name: 'a lost write is acknowledged',
    mutate: (parts) => ({
      ...parts,
      commit: async (changes) => {
        try {
          await parts.commit(changes);
        } catch (error) {
          if (!(error instanceof StandingMoved)) throw error;
        }
      },
    }),
  },
  {
    name: 'a check reads one version behind',
    mutate: reading(async (standing, parts) => {
      const key = keyOf(standing);
      return key && fold((await parts.history(key)).slice(0, standing.version - 1));
    }),
  },
  {
    name: 'a check records the next version',
    mutate: reading((standing) => ({ ...standing, version: standing.version + 1 })),
  },
  { name: 'a check ignores suspensions', mutate: listings(({ suspensions: _, ...rest }) => rest) },
  {
    name: 'a check ignores ends',
    mutate: listings(({ ended: _, ...listing }) => ({ ...listing, state: 'active' })),
  },
  { name: 'a check ignores terms', mutate: listings((listing) => ({ ...listing, until: null })) },
  {
    name: 'a check takes every listing for suspended',
    mutate: listings((listing) => ({
      ...listing,
      suspensions: [{ cause: 'objection', since: '2026-01-01T00:00:00Z' }],
    })),
  },
  {
    name: 'a check reads the first listing alone',
    mutate: reading((standing) => ({ ...standing, listings: standing.listings.slice(0, 1) })),
  },
  { name: "a check reads somebody else's listings", mutate: mixedUp },
  {
    name: 'the history forgets',
    mutate: (parts) => ({
      ...parts,
      history: async (key) => (await parts.history(key)).filter(({ event }) => event.type !== 'suspended'),
    }),
  },
  {
    name: 'the history has other times',
    mutate: (parts) => ({
      ...parts,
      history: async (key) =>
        (await parts.history(key)).map((record) => ({
          ...record,
          at: toIso(instant(parseInstant(record.at) - YEAR_MS)),
        })),
    }),
  },
];

function keyOf({ subject: { code } }: Standing): SubjectKey | undefined {
  return code === undefined ? undefined : organisationKey(code.slice(8, 17));
}

/** A transaction as it would be without its conditions. */
export function withoutConditions(input: TransactWriteItemsCommandInput): TransactWriteItemsCommandInput {
  return {
    ...input,
    TransactItems: (input.TransactItems ?? []).map(({ Put, ...rest }) => {
      if (!Put) return rest;
      const { ConditionExpression: _, ExpressionAttributeValues: __, ...put } = Put;
      return { ...rest, Put: put };
    }),
  };
}
