import { EVENT_VERSION, LISTING_EVENTS, type ListingEvent } from '../../events/listing-events.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import type { Move } from '../listing/moves.ts';
import type { Listing, Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';

const ORGANISATION = 'o:';
const UNIFIED_CODE = /^[0-9A-Z]{18}$/;

/**
 * What the world hears of a move: of a person nothing but the listing's id, and what the list says of all on it.
 * Throws where it would not be as its contract says.
 */
export function outgoingEvent(move: Move, subject: Standing['subject'], at: Instant): ListingEvent {
  const event = eventOf(move, subject, at);
  LISTING_EVENTS[event.type].parse(event.detail);
  return event;
}

function eventOf(move: Move, subject: Standing['subject'], at: Instant): ListingEvent {
  const common = {
    version: EVENT_VERSION,
    id: move.id,
    occurredAt: toIso(at),
    standingVersion: move.version,
    subject: toldSubject(move.subject, subject.code),
    listing: toldListing(move.listing, isOrganisation(move.subject)),
  } as const;
  switch (move.kind) {
    case 'in-force':
      return { type: 'listing-in-force', detail: { ...common, reinstated: move.reinstated } };
    case 'suspended':
      return { type: 'listing-suspended', detail: { ...common, causes: [...move.causes] } };
    case 'resumed':
      return { type: 'listing-resumed', detail: common };
    case 'ended':
      return { type: 'listing-ended', detail: { ...common, reason: move.reason } };
    case 'corrected':
      return {
        type: 'listing-corrected',
        detail: {
          ...common,
          correction: move.correction,
          ...(move.correction === 'changed' && { changed: [...move.changed] }),
        },
      };
  }
}

const isOrganisation = (key: SubjectKey): boolean => key.startsWith(ORGANISATION);

function toldSubject(key: SubjectKey, code: string | undefined): ListingEvent['detail']['subject'] {
  if (!isOrganisation(key)) return { kind: 'person' };
  return {
    kind: 'organisation',
    key: key.slice(ORGANISATION.length),
    ...(code !== undefined && UNIFIED_CODE.test(code) && { code }),
  };
}

const toldListing = (
  { id, list, domain, source, authority, grade, document, from, until }: Listing,
  withDocument: boolean,
): ListingEvent['detail']['listing'] => ({
  id,
  list,
  domain,
  ...(source !== undefined && { source }),
  authority,
  ...(grade !== undefined && { grade }),
  ...(withDocument && { document: { number: document.number, type: document.type, issuedOn: document.issuedOn } }),
  from,
  until,
});
