import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import type { EventRecord, Signature, StandingEvent } from './event.ts';
import type { Listing, Standing } from './standing.ts';

/** A transition that the state of a listing does not allow: `state` is what stood in the way. */
export class TransitionRefused extends Error {
  readonly state: string;

  constructor(event: StandingEvent['type'], state: string) {
    super(`${event} is not possible: the listing is ${state}`);
    this.name = 'TransitionRefused';
    this.state = state;
  }
}

/**
 * One event applied to a standing: pure, and the only way in which a standing changes.
 * @throws TransitionRefused where the state does not allow it
 */
export function apply(standing: Standing, event: StandingEvent, at: Instant): Standing {
  const version = standing.version + 1;
  switch (event.type) {
    case 'listed':
      if (find(standing, event.listing.id)) throw new TransitionRefused('listed', 'known already');
      return { ...standing, version, listings: [...standing.listings, event.listing] };
    case 'changed':
      return { ...standing, version, listings: replace(standing, event.type, event.listing.id, () => event.listing) };
    case 'suspended':
      return {
        ...standing,
        version,
        listings: replace(standing, event.type, event.listingId, (listing) => {
          const others = (listing.suspensions ?? []).filter(({ cause }) => cause !== event.cause);
          return { ...listing, suspensions: [...others, { cause: event.cause, since: toIso(at) }] };
        }),
      };
    case 'resumed':
      return {
        ...standing,
        version,
        listings: replace(standing, event.type, event.listingId, ({ suspensions, ...listing }) => {
          const rest = (suspensions ?? []).filter(({ cause }) => cause !== event.cause);
          if (rest.length === (suspensions ?? []).length) throw new TransitionRefused('resumed', 'not suspended');
          return rest.length > 0 ? { ...listing, suspensions: rest } : listing;
        }),
      };
    case 'ended':
      return {
        ...standing,
        version,
        listings: replace(standing, event.type, event.listingId, (listing) => ({
          ...listing,
          state: 'ended',
          ended: { reason: event.reason, at: toIso(at) },
        })),
      };
    case 'code-confirmed': {
      const confirmedCodes = [...new Set([...(standing.subject.confirmedCodes ?? []), event.code])];
      return { ...standing, version, subject: { ...standing.subject, confirmedCodes } };
    }
    case 'succeeded':
      return {
        ...standing,
        version,
        predecessors: [...new Set([...(standing.predecessors ?? []), event.predecessor])],
      };
  }
}

/** A subject of which nothing is known yet. */
export const unknownSubject = (subject: Standing['subject']): Standing => ({ version: 0, subject, listings: [] });

/** A standing before and after some events, ready to be written in one transaction. */
export interface StandingChange {
  readonly before: Standing;
  readonly after: Standing;
  readonly records: readonly EventRecord[];
}

/** Applies the events in order and signs each. */
export function advance(
  before: Standing,
  events: readonly StandingEvent[],
  by: Signature,
  at: Instant,
): StandingChange {
  let after = before;
  const records: EventRecord[] = [];
  for (const event of events) {
    after = apply(after, event, at);
    records.push({ version: after.version, at: toIso(at), by, subject: after.subject, event });
  }
  return { before, after, records };
}

/** The standing that a history leads to: what the stored one must equal at every version. */
export function fold(history: readonly EventRecord[]): Standing | undefined {
  const [first] = history;
  if (!first) return undefined;
  return history.reduce<Standing>(
    (standing, { event, at, subject }) => ({ ...apply(standing, event, parseInstant(at)), subject }),
    unknownSubject(first.subject),
  );
}

const find = (standing: Standing, id: string) => standing.listings.find((listing) => listing.id === id);

function replace(
  standing: Standing,
  event: StandingEvent['type'],
  id: string,
  change: (listing: Listing) => Listing,
): Listing[] {
  const listing = find(standing, id);
  if (!listing) throw new TransitionRefused(event, 'unknown');
  if (listing.state === 'ended') throw new TransitionRefused(event, 'ended');
  return standing.listings.map((other) => (other === listing ? change(listing) : other));
}
