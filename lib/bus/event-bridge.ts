import { setTimeout } from 'node:timers/promises';
import { type EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { AlertEvent } from '../../events/alert-events.ts';
import { EVENT_SOURCE, type ListingEvent } from '../../events/listing-events.ts';

/** What one request takes. */
const MAX_ENTRIES = 10;
/** Milliseconds before each further attempt with what was not taken. */
const PAUSES = [100, 300, 900];

type OutgoingEvent = ListingEvent | AlertEvent;

/** Puts events on a bus of EventBridge's. */
export class EventBridgeBus {
  readonly #client: EventBridgeClient;
  readonly #bus: string;

  constructor(client: EventBridgeClient, bus: string) {
    this.#client = client;
    this.#bus = bus;
  }

  /**
   * Sends the events, in order as far as a bus has one: none goes before every event of an earlier version of the same
   * listing's standing has been taken. Resolves with how many, from the first, have been taken for sure; it stops at
   * those that were refused time and again. Never rejects for a refusal or a lost answer: what was sent may have arrived.
   */
  send(events: readonly ListingEvent[]): Promise<number> {
    return this.#sendGroups(inGroups(events));
  }

  /** Sends events that need no order, and stops at those that were refused time and again, as {@link send} does. */
  sendAlerts(events: readonly AlertEvent[]): Promise<number> {
    const groups = Array.from({ length: Math.ceil(events.length / MAX_ENTRIES) }, (_, index) =>
      events.slice(index * MAX_ENTRIES, (index + 1) * MAX_ENTRIES),
    );
    return this.#sendGroups(groups);
  }

  async #sendGroups(groups: readonly (readonly OutgoingEvent[])[]): Promise<number> {
    let sent = 0;
    for (const group of groups) {
      const taken = await this.#sendGroup(group);
      sent += taken;
      if (taken < group.length) break;
    }
    return sent;
  }

  /** Up to ten events; how many of them, from the first, were taken. */
  async #sendGroup(group: readonly OutgoingEvent[]): Promise<number> {
    let pending = group.map((event, index) => ({ index, entry: this.#entryOf(event) }));
    for (const pause of [...PAUSES, undefined]) {
      const refused = await this.#refusedOf(pending.map(({ entry }) => entry));
      pending = pending.filter((_, index) => refused.has(index));
      if (pending.length === 0 || pause === undefined) break;
      await setTimeout(pause);
    }
    return pending[0]?.index ?? group.length;
  }

  /** The places of the entries that the bus did not take; of a request that failed, all. */
  async #refusedOf(entries: PutEventsRequestEntry[]): Promise<ReadonlySet<number>> {
    try {
      const { Entries = [] } = await this.#client.send(new PutEventsCommand({ Entries: entries }));
      return new Set(entries.flatMap((_, index) => (Entries[index]?.EventId === undefined ? [index] : [])));
    } catch {
      return new Set(entries.keys());
    }
  }

  #entryOf({ type, detail }: OutgoingEvent): PutEventsRequestEntry {
    return {
      EventBusName: this.#bus,
      Source: EVENT_SOURCE,
      DetailType: type,
      Detail: JSON.stringify(detail),
      Time: new Date(detail.occurredAt),
    };
  }
}

/**
 * Groups of up to ten, in order, each with one version of a subject at most: within a request an event may be refused
 * and a later one taken. Of a person the listing stands for the subject.
 */
function inGroups(events: readonly ListingEvent[]): ListingEvent[][] {
  const groups: ListingEvent[][] = [];
  let versions = new Map<string, number>();
  for (const event of events) {
    const { subject, listing, standingVersion } = event.detail;
    const whose = subject.kind === 'organisation' ? subject.key : listing.id;
    const last = groups.at(-1);
    if (last && last.length < MAX_ENTRIES && (versions.get(whose) ?? standingVersion) === standingVersion)
      last.push(event);
    else {
      groups.push([event]);
      versions = new Map();
    }
    versions.set(whose, standingVersion);
  }
  return groups;
}
