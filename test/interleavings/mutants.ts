import { setTimeout } from 'node:timers/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TableNames } from '../../infra/local/tables.ts';
import { addDays, dateOf, instant, parseInstant, toIso } from '../../lib/kernel/clock.ts';
import type { StandingEvent } from '../../lib/listing/event.ts';
import type { ListingFile } from '../../lib/listing/move.ts';
import { StandingMoved, type SubjectChange } from '../../lib/listing/ports.ts';
import type { Listing, Standing } from '../../lib/listing/standing.ts';
import { fold } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import { ineffective, listings, ofJob, otherEvents, reading, storing, tying, writing, writingEach } from './mutate.ts';
import { type Parts, productParts } from './system.ts';

const DAY_MS = 86_400_000;
const YEAR_MS = 365 * DAY_MS;

/** A fault of the kind that programs have, put into the parts that histories run through. */
export interface Mutant {
  readonly name: string;
  /** `loose` is a client whose writes carry no condition. */
  mutate(parts: Parts, loose: DynamoDBClient, tables: TableNames): Parts;
}

/** The first standing of each subject that was read, for good. */
function cached(parts: Parts): Parts {
  const seen = new Map<SubjectKey, Standing>();
  return reading((standing, key) => {
    const known = seen.get(key) ?? standing;
    seen.set(key, known);
    return known;
  })(parts);
}

/** The first standing of each predecessor that was read, for good. */
function firstPredecessor(parts: Parts): Parts {
  const seen = new Map<SubjectKey, Standing>();
  return {
    ...parts,
    registry: {
      read: (query, signal) => parts.registry.read(query, signal),
      standings: async (keys, signal) => {
        for (const [key, standing] of await parts.registry.standings(keys, signal))
          if (!seen.has(key)) seen.set(key, standing);
        return new Map([...seen].filter(([key]) => keys.includes(key)));
      },
    },
  };
}

/** What a listing that should never have been black had ended stays ended. */
const lesserForgotten = otherEvents((event, { records }) => {
  const isLess = records.some((each) => each.event.type === 'lowered' && each.event.wrong);
  return isLess && event.type === 'reinstated' ? [] : [event];
});

const isBlacklisting = ({ change }: SubjectChange): boolean =>
  change.records.some(({ event }) => event.type === 'ended' && event.reason === 'blacklisted');

const termsBy = (days: number) => (listing: Listing) =>
  listing.until === null ? listing : { ...listing, until: addDays(listing.until, days) };

/** A term ends with its last day in UTC, eight hours late. */
function inUtc(parts: Parts): Parts {
  let now = instant(0);
  const late = () => toIso(now).slice(0, 10) !== dateOf(now);
  const checksAt: Parts['checksAt'] = (at) => {
    now = at;
    return at;
  };
  return listings((listing) => (late() ? termsBy(1)(listing) : listing))({ ...parts, checksAt });
}

/** Somebody else's standing now and then. */
function mixedUp(parts: Parts): Parts {
  let last: Standing | undefined;
  return reading((standing) => {
    const other = last;
    last = standing;
    return other ? { ...other, version: standing.version } : standing;
  })(parts);
}

/** Papers serve some more steps once they have been read. */
function stalePapers(parts: Parts): Parts {
  const USES = 4;
  const read = new Map<string, { file: ListingFile | undefined; uses: number }>();
  return storing((store) => ({
    file: async (id) => {
      const known = read.get(id);
      if (known && known.uses < USES) {
        known.uses += 1;
        return known.file;
      }
      const file = await store.file(id);
      read.set(id, { file, uses: 1 });
      return file;
    },
  }))(parts);
}

/** The job ends what is objected to as well. */
const deafJob = ofJob((standings) => ({
  standings: async (wanted) =>
    new Map(
      [...(await standings.standings(wanted))].map(([key, standing]) => [
        key,
        { ...standing, listings: standing.listings.map(({ objections: _, ...listing }) => listing) },
      ]),
    ),
}));

const resumesAll = (resumes: (event: StandingEvent) => boolean) =>
  writingEach(({ before, after, records }) => {
    const resumed = records.flatMap(({ event }) => (event.type === 'resumed' && resumes(event) ? event.listingId : []));
    const freed = after.listings.map((listing) => {
      const { suspensions: _, ...rest } = listing;
      return resumed.includes(listing.id) ? rest : listing;
    });
    return { before, records, after: { ...after, listings: freed } };
  });

const isLinked = (event: StandingEvent): boolean => 'linked' in event && event.linked === true;

/** How long a job of the careless kind looks at what it has read. */
const DAWDLE_MS = 30;

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no write condition',
    mutate: (parts, loose, tables) => {
      const { store } = productParts(loose, tables);
      return storing(() => ({ commit: (changes) => store.commit(changes) }))(parts);
    },
  },
  { name: 'a cached standing', mutate: cached },
  { name: 'the last day does not count', mutate: listings(termsBy(-1)) },
  { name: 'the day after the last counts', mutate: listings(termsBy(1)) },
  { name: 'the days before the first count', mutate: listings((each) => ({ ...each, from: addDays(each.from, -30) })) },
  { name: 'dates in UTC', mutate: inUtc },
  { name: 'a suspension is skipped', mutate: ineffective(({ type }) => type === 'suspended') },
  {
    name: 'an end is skipped',
    mutate: ineffective((event) => event.type === 'ended' && event.reason !== 'blacklisted'),
  },
  { name: 'a lowering is skipped', mutate: ineffective(({ type }) => type === 'lowered') },
  { name: 'a resumption is skipped', mutate: ineffective(({ type }) => type === 'resumed') },
  { name: 'resuming for one cause resumes for both', mutate: resumesAll((event) => !isLinked(event)) },
  {
    name: 'a black listing leaves the red ones',
    // What was never ended is not brought back either.
    mutate: otherEvents((event) =>
      (event.type === 'ended' && event.reason === 'blacklisted') || event.type === 'reinstated' ? [] : [event],
    ),
  },
  {
    name: 'nothing is reinstated',
    mutate: otherEvents((event) => (event.type === 'reinstated' ? [] : [event])),
  },
  {
    name: 'every end reinstates',
    mutate: otherEvents((event, { before }) => {
      if (event.type !== 'ended' || event.reason === 'objection-upheld' || event.wrong) return [event];
      const back = before.listings.filter(({ ended }) => ended?.by === event.listingId);
      return [event, ...back.map(({ id }): StandingEvent => ({ type: 'reinstated', listingId: id }))];
    }),
  },
  {
    name: 'a correction to a lesser grade leaves it black',
    mutate: ineffective((event) => event.type === 'lowered' && event.wrong === true),
  },
  { name: 'a correction to a lesser grade brings nothing back', mutate: lesserForgotten },
  {
    name: 'a lost write is acknowledged',
    mutate: storing((store) => ({
      commit: async (changes) => {
        try {
          await store.commit(changes);
        } catch (error) {
          if (!(error instanceof StandingMoved)) throw error;
        }
      },
    })),
  },
  {
    name: 'a step carries the moment at which it was asked for',
    mutate: (parts) => ({
      ...parts,
      stepsBy: (clock) => {
        const asked = clock();
        return () => asked;
      },
    }),
  },
  { name: 'papers are older than the standing', mutate: stalePapers },
  {
    name: 'a case is not kept',
    mutate: writing((changes) => changes.map((each) => ({ ...each, opened: [], cases: [] }))),
  },
  {
    name: "a linked person's listing is not ended with the main one",
    mutate: writing((changes) =>
      changes[0]?.change.records.some(({ event }) => event.type === 'ended') ? changes.slice(0, 1) : changes,
    ),
  },
  {
    name: 'linked persons are written in transactions of their own',
    mutate: storing((store) => ({
      commit: async (changes) => {
        for (const each of changes) await store.commit([each]);
      },
    })),
  },
  {
    name: 'a linked person does not rest with the main listing',
    mutate: ineffective((event) => event.type === 'suspended' && isLinked(event)),
  },
  {
    name: 'a black listing leaves the red ones of who succeeds its subject',
    mutate: writing((changes) => changes.filter((each, index) => index === 0 || !isBlacklisting(each))),
  },
  {
    name: 'a succession is signed by who proposed it',
    mutate: tying((aliases) => ({
      aliases: async (ids) =>
        new Map(
          [...(await aliases.aliases(ids))].map(([id, alias]) => [
            id,
            { ...alias, steps: alias.steps.map((each) => ({ ...each, by: { actor: 'somebody' } })) },
          ]),
        ),
    })),
  },
  {
    name: 'a succession that is taken back stays',
    mutate: ineffective((event) => event.type === 'succeeded' && event.withdrawn === true),
  },
  {
    name: 'a check of a successor is answered for itself alone',
    mutate: reading(({ predecessors: _, ...standing }) => standing),
  },
  { name: 'a check sees the predecessor as it was at first', mutate: firstPredecessor },
  {
    name: 'the job writes over what came in the meantime',
    mutate: (parts, loose, tables) => {
      const { standings } = productParts(loose, tables).job;
      return ofJob((own) => ({
        standings: async (keys) => {
          const read = await own.standings(keys);
          await setTimeout(DAWDLE_MS);
          return read;
        },
        commit: (changes) => standings.commit(changes),
      }))(parts);
    },
  },
  {
    name: 'the job ends on the last day',
    mutate: (parts) => ({ ...parts, endsAt: (now) => instant(now + DAY_MS) }),
  },
  { name: 'the job ends what is objected to', mutate: deafJob },
  { name: 'the job says that it has ended what it has not', mutate: ofJob(() => ({ commit: async () => undefined })) },
  {
    name: 'a check reads one version behind',
    mutate: reading(async (standing, key, parts) => fold((await parts.history(key)).slice(0, standing.version - 1))),
  },
  {
    name: 'a check records the next version',
    mutate: reading((standing) => ({ ...standing, version: standing.version + 1 })),
  },
  { name: 'a check ignores suspensions', mutate: listings(({ suspensions: _, ...rest }) => rest) },
  {
    name: 'a check ignores ends',
    mutate: listings(({ ended, ...listing }) => (ended ? { ...listing, state: 'active' } : listing)),
  },
  { name: 'a check ignores terms', mutate: listings((listing) => ({ ...listing, until: null })) },
  {
    name: 'a check counts what has only been decided',
    mutate: listings((listing) => (listing.state === 'decided' ? { ...listing, state: 'active' } : listing)),
  },
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
