import type { TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { RegistryReader, RegistryView } from '../../lib/check/ports.ts';
import { parseInstant } from '../../lib/kernel/clock.ts';
import type { EventRecord, StandingEvent } from '../../lib/listing/event.ts';
import type { ListingStore } from '../../lib/listing/move.ts';
import type { AliasStore, StandingStore } from '../../lib/listing/ports.ts';
import type { Listing, Standing } from '../../lib/listing/standing.ts';
import { apply, type StandingChange } from '../../lib/listing/transition.ts';
import type { SubjectKey } from '../../lib/subject/key.ts';
import type { Parts } from './system.ts';

type Changed<T> = T | undefined | Promise<T | undefined>;

/** What a check reads, changed on the way. */
export const reading =
  (change: (standing: Standing, key: SubjectKey, parts: Parts) => Changed<Standing>) =>
  (parts: Parts): Parts => ({
    ...parts,
    registry: readerOf(parts.registry, (standing, key) => change(standing, key, parts)),
  });

const readerOf = (
  registry: RegistryReader,
  change: (standing: Standing, key: SubjectKey) => Changed<Standing>,
): RegistryReader => ({
  standings: (keys, signal) => registry.standings(keys, signal),
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

/** Every listing that a check reads, changed on the way. */
export const listings = (change: (listing: Listing) => Listing) =>
  reading((standing) => ({ ...standing, listings: standing.listings.map(change) }));

/** The store of the stewards' steps, with some of it replaced. */
export const storing =
  (replace: (store: ListingStore) => Partial<ListingStore>) =>
  (parts: Parts): Parts => {
    const { store } = parts;
    const kept: ListingStore = {
      file: (id) => store.file(id),
      standings: (keys) => store.standings(keys),
      commit: (changes) => store.commit(changes),
    };
    return { ...parts, store: { ...kept, ...replace(store) } };
  };

/** Where the steps of a succession read and write, with some of it replaced. */
export const tying =
  (replace: (aliases: AliasStore) => Partial<AliasStore>) =>
  (parts: Parts): Parts => {
    const { aliases } = parts;
    const kept: AliasStore = {
      aliases: (ids) => aliases.aliases(ids),
      shelf: (shelf, from) => aliases.shelf(shelf, from),
      subjectsOf: (alias) => aliases.subjectsOf(alias),
      standings: (keys) => aliases.standings(keys),
      commit: (changes) => aliases.commit(changes),
      record: (change) => aliases.record(change),
    };
    return { ...parts, aliases: { ...kept, ...replace(aliases) } };
  };

/** What the stewards' steps make of standings, made otherwise: written and acknowledged so. */
export const writing =
  (makes: Parts['makes']) =>
  (parts: Parts): Parts => ({ ...parts, makes });

/** The same, standing by standing. */
export const writingEach = (change: (change: StandingChange) => StandingChange) =>
  writing((changes) => changes.map((each) => ({ ...each, change: change(each.change) })));

/** The standing without what some events did to it; in its history as if it had been done. */
export const ineffective = (idle: (event: StandingEvent) => boolean) =>
  writingEach(({ before, after, records }) => {
    const did = records.filter(({ event }) => !idle(event));
    const made = did.reduce((standing, { event, at }) => apply(standing, event, parseInstant(at)), before);
    return { before, after: { ...made, version: after.version }, records };
  });

/** Other events than those that were to be written. */
export const otherEvents = (other: (event: StandingEvent, change: StandingChange) => readonly StandingEvent[]) =>
  writingEach((change) => {
    let after = change.before;
    const records: EventRecord[] = [];
    for (const record of change.records)
      for (const event of other(record.event, change)) {
        after = apply(after, event, parseInstant(record.at));
        records.push({ ...record, version: after.version, event });
      }
    return { before: change.before, after, records };
  });

/** The standings that the expiry job reads and writes, with some of it replaced. */
export const ofJob =
  (replace: (standings: StandingStore) => Partial<StandingStore>) =>
  (parts: Parts): Parts => {
    const { standings } = parts.job;
    const kept: StandingStore = {
      standings: (keys) => standings.standings(keys),
      commit: (changes) => standings.commit(changes),
    };
    return { ...parts, job: { ...parts.job, standings: { ...kept, ...replace(standings) } } };
  };

/** A transaction as it would be without its conditions. */
export function withoutConditions(input: TransactWriteItemsCommandInput): TransactWriteItemsCommandInput {
  return {
    ...input,
    TransactItems: (input.TransactItems ?? []).flatMap(({ Put, ConditionCheck, ...rest }) => {
      if (ConditionCheck) return [];
      if (!Put) return [rest];
      const { ConditionExpression: _, ExpressionAttributeValues: __, ...put } = Put;
      return [{ ...rest, Put: put }];
    }),
  };
}
