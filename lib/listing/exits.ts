import { type Instant, parseInstant } from '../kernel/clock.ts';
import { listingOfCase } from './case.ts';
import type { EventRecord } from './event.ts';
import type { EndReason, Listing } from './standing.ts';
import { apply, unknownSubject } from './transition.ts';

/** A listing that was in force, and left. */
export interface Exit {
  readonly listing: Listing;
  readonly reason: EndReason;
  readonly at: Instant;
  /** When it was asked for: the objection, the repair or the revocation that led to it; undefined where nobody asked. */
  readonly askedAt: Instant | undefined;
  /** Who signed it, and why, in the signer's words or the schedule's. */
  readonly by: EventRecord['by'];
}

/** Every exit in a subject's history, oldest first. A candidate that is dropped has never been in force, and leaves nothing. */
export function exitsIn(history: readonly EventRecord[]): Exit[] {
  const [first] = history;
  if (!first) return [];
  const exits: Exit[] = [];
  const asked = new Asked();
  let standing = unknownSubject(first.subject);
  for (const record of history) {
    const { event, subject, by } = record;
    const at = parseInstant(record.at);
    asked.see(record);
    if (event.type === 'ended') {
      const listing = standing.listings.find(({ id, state }) => id === event.listingId && state === 'active');
      const { reason, listingId } = event;
      if (listing) exits.push({ listing, reason, at, askedAt: asked.leadingTo(reason, listingId), by });
    }
    standing = { ...apply(standing, event, at), subject };
  }
  return exits;
}

/** What has been asked for of each listing, and what of it was granted last. */
class Asked {
  readonly #open = new Map<string, Instant>();
  readonly #granted = new Map<string, Instant>();

  see({ event, at }: EventRecord): void {
    switch (event.type) {
      case 'objected':
        this.#open.set(event.objectionId, parseInstant(at));
        break;
      case 'repair-requested':
        this.#open.set(event.repairId, parseInstant(at));
        break;
      case 'objection-closed':
        if (event.outcome === 'upheld') this.#grant('objection-upheld', event.listingId, event.objectionId);
        break;
      case 'repair-closed':
        if (event.outcome === 'ended') this.#grant('repaired', event.listingId, event.repairId);
        break;
      case 'case-moved':
        // It is signed, or declined and proposed again.
        if (event.state === 'proposed' && listingOfCase(event.caseId, 'revocation') !== undefined)
          this.#granted.set(`revoked ${event.listingId}`, parseInstant(at));
        break;
      default:
    }
  }

  leadingTo(reason: EndReason, listingId: string): Instant | undefined {
    return this.#granted.get(`${reason === 'withdrawn-by-subject' ? 'revoked' : reason} ${listingId}`);
  }

  #grant(reason: EndReason, listingId: string, caseId: string): void {
    const at = this.#open.get(caseId);
    if (at !== undefined) this.#granted.set(`${reason} ${listingId}`, at);
  }
}
