import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import type { SubjectKey } from '../subject/key.ts';
import { consequenceOf } from './consequence.ts';
import type { EventRecord, Signature, StandingEvent } from './event.ts';
import { type ListingEvent, phaseOf, TRANSITIONS } from './phase.ts';
import { type Listing, mayBeFoundWrong, mayReturn, rowOf, type Standing } from './standing.ts';
import { type Abolitions, NONE_ABOLISHED } from './term.ts';

/** A transition that the state of a listing does not allow: `state` is what stood in the way. */
export class TransitionRefused extends Error {
  readonly event: StandingEvent['type'];
  readonly state: string;

  constructor(event: StandingEvent['type'], state: string) {
    super(`${event} is not possible: the listing is ${state}`);
    this.name = 'TransitionRefused';
    this.event = event;
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
    case 'code-confirmed': {
      const { confirmedCodes, ...subject } = standing.subject;
      const confirmed = tied(confirmedCodes, event.code, event);
      return { ...standing, version, subject: { ...subject, ...(confirmed && { confirmedCodes: confirmed }) } };
    }
    case 'succeeded': {
      const { predecessors: before, ...rest } = standing;
      const predecessors = tied(before, event.predecessor, event);
      return { ...rest, version, ...(predecessors && { predecessors }) };
    }
    case 'succeeded-by': {
      const { successors: before, ...rest } = standing;
      const successors = tied(before, event.successor, event);
      return { ...rest, version, ...(successors && { successors }) };
    }
    case 'identified': {
      const { listingId, subject, same } = event;
      const made = standing.listings.filter(({ id }) => rowOf(id) === listingId);
      const isIt = (each: { listingId: string; subject: SubjectKey }) =>
        each.listingId === listingId && each.subject === subject;
      // That it was taken for somebody's by mistake comes out after its end as well.
      const takesBack = !same && (standing.identified ?? []).some((each) => isIt(each) && each.same);
      if (made.length === 0 || (!takesBack && made.every(({ state }) => state === 'ended')))
        throw new TransitionRefused(event.type, made.length === 0 ? 'unknown' : 'ended');
      const others = (standing.identified ?? []).filter((each) => !isIt(each));
      return { ...standing, version, identified: [...others, { listingId, subject, same }] };
    }
    case 'named': {
      const { names: before, ...rest } = standing;
      const names = tied(before, event.name, event);
      return { ...rest, version, ...(names && { names }) };
    }
    default:
      return { ...standing, version, listings: moved(standing.listings, event, at) };
  }
}

/** What is tied together afterwards; a list of nothing is no field. */
function tied<T>(known: readonly T[] = [], other: T, { withdrawn }: { readonly withdrawn?: true | undefined }) {
  const others = known.filter((each) => each !== other);
  const all = withdrawn ? others : [...others, other];
  return all.length > 0 ? all : undefined;
}

function moved(listings: readonly Listing[], event: ListingEvent, at: Instant): Listing[] {
  const id = 'listing' in event ? event.listing.id : event.listingId;
  const before = listings.find((listing) => listing.id === id);
  const phase = phaseOf(before);
  if (!TRANSITIONS[event.type].from.includes(phase)) throw new TransitionRefused(event.type, refusal(event, phase));
  if (event.type === 'proposed' || event.type === 'listed') return [...listings, event.listing];
  return listings.map((listing) => (listing === before ? after(listing, event, at) : listing));
}

/** What is said to stand in the way. */
function refusal(event: ListingEvent, phase: ReturnType<typeof phaseOf>): string {
  if (event.type === 'proposed' || event.type === 'listed') return 'known already';
  if (phase === 'none') return 'unknown';
  return event.type === 'resumed' && phase !== 'ended' ? 'not suspended' : phase;
}

function after(listing: Listing, event: Exclude<ListingEvent, { type: 'proposed' | 'listed' }>, at: Instant): Listing {
  switch (event.type) {
    case 'publicised':
    case 'notified':
      return { ...listing, state: event.type, hearing: event.hearing };
    case 'decided':
    case 'activated': {
      // An objection in the period freezes the decision, and one that came after it the effect.
      if ((listing.objections ?? []).length > 0) throw new TransitionRefused(event.type, 'under objection');
      if (event.type === 'decided') return { ...listing, state: 'decided' };
      const { from, until, links } = event;
      return { ...listing, state: 'active', from, until, ...(links && { links }) };
    }
    case 'case-moved':
    case 'revisited':
      return listing;
    case 'changed':
      return event.listing;
    case 'suspended': {
      const { cause, linked } = event;
      const others = (listing.suspensions ?? []).filter((each) => !isOf(each, event));
      return { ...listing, suspensions: [...others, { cause, since: toIso(at), ...(linked && { linked }) }] };
    }
    case 'resumed': {
      const rest = (listing.suspensions ?? []).filter((each) => !isOf(each, event));
      if (rest.length === (listing.suspensions ?? []).length) throw new TransitionRefused('resumed', 'not suspended');
      return withSuspensions(listing, rest);
    }
    case 'objected': {
      const heard = [...(listing.heardGrounds ?? []), ...(listing.objections ?? []).map(({ ground }) => ground)];
      if (heard.includes(event.ground)) throw new TransitionRefused('objected', 'objected to on this ground already');
      const objection = { id: event.objectionId, ground: event.ground, accepted: false };
      return { ...listing, objections: [...(listing.objections ?? []), objection] };
    }
    case 'objection-accepted': {
      const objection = openObjection(listing, event);
      if (objection.accepted) throw new TransitionRefused(event.type, 'under this objection already');
      const accepted = (listing.objections ?? []).map((each) =>
        each === objection ? { ...each, accepted: true } : each,
      );
      return { ...listing, objections: accepted };
    }
    case 'objection-closed': {
      const objection = openObjection(listing, event);
      const others = (listing.objections ?? []).filter((each) => each !== objection);
      const open = withObjections(listing, others);
      // One that was never taken up has not been heard; one that was taken back after that has let the measures rest once.
      if (!objection.accepted) return open;
      return { ...open, heardGrounds: [...(listing.heardGrounds ?? []), objection.ground] };
    }
    case 'repair-requested':
      if (listing.repairId !== undefined) throw new TransitionRefused(event.type, 'under repair already');
      return { ...listing, repairId: event.repairId };
    case 'repair-closed': {
      const { repairId, ...rest } = listing;
      if (repairId !== event.repairId) throw new TransitionRefused(event.type, 'not under this repair');
      return rest;
    }
    case 'corrected': {
      const {
        document = listing.document,
        grade = listing.grade,
        measures = listing.measures,
        until = listing.until,
      } = event;
      return { ...listing, document, measures, until, settled: true, ...(grade !== undefined && { grade }) };
    }
    case 'lowered':
      if (listing.list !== 'black') throw new TransitionRefused(event.type, `on the ${listing.list} list`);
      return {
        ...listing,
        list: 'ordinary',
        grade: event.grade,
        measures: event.measures,
        until: event.until ?? listing.until,
        settled: true,
        ...(event.wrong && { wronglyBlack: true }),
      };
    case 'proceedings': {
      const { proceedings: _, ...rest } = listing;
      return event.pending ? { ...rest, proceedings: true } : rest;
    }
    case 'ended': {
      const { objections, repairId: _, ...rest } = listing;
      const { reason, by, wrong } = event;
      const ended = { reason, at: toIso(at), ...(by !== undefined && { by }), ...(wrong && { wrong }) };
      const isAnswered = objections && listing.state === 'active';
      return {
        ...withSuspensions(rest, reason === 'blacklisted' ? ownRest(listing) : []),
        state: 'ended',
        ended,
        // Whether what was in force had been right is still to be answered; a candidate that is dropped has hit nobody.
        ...(isAnswered && { objections }),
      };
    }
    case 'found-wrong': {
      const { ended } = listing;
      if (!ended || !mayBeFoundWrong(listing))
        throw new TransitionRefused(event.type, `ended as ${ended?.reason ?? 'unknown'}`);
      return { ...listing, ended: { ...ended, wrong: true } };
    }
    case 'lapsed': {
      const { ended } = listing;
      if (!ended || !mayReturn(listing))
        throw new TransitionRefused(event.type, `ended as ${ended?.reason ?? 'unknown'}`);
      return { ...listing, ended: { ...ended, lapsed: event.reason } };
    }
    case 'reinstated': {
      const { ended, ...rest } = listing;
      if (!mayReturn(listing)) throw new TransitionRefused(event.type, `ended as ${ended?.reason ?? 'unknown'}`);
      return { ...rest, state: 'active' };
    }
  }
}

function openObjection(listing: Listing, { type, objectionId }: { type: StandingEvent['type']; objectionId: string }) {
  const objection = listing.objections?.find(({ id }) => id === objectionId);
  if (!objection) throw new TransitionRefused(type, 'not under this objection');
  return objection;
}

/** A linked person's listing rests for its own cause and for the main one's side by side. */
const isOf = (
  { cause, linked }: NonNullable<Listing['suspensions']>[number],
  event: Pick<NonNullable<Listing['suspensions']>[number], 'cause' | 'linked'>,
): boolean => cause === event.cause && linked === event.linked;

/** What may come back does so under the reorganisation in which it was; whether it is objected to is told by its objections. */
const ownRest = ({ suspensions = [] }: Listing) =>
  suspensions.filter(({ cause, linked }) => cause === 'reorganisation' && !linked);

/** A list of nothing is no field: two standings that say the same are the same text. */
const withObjections = ({ objections: _, ...rest }: Listing, open: NonNullable<Listing['objections']>): Listing =>
  open.length > 0 ? { ...rest, objections: open } : rest;

const withSuspensions = ({ suspensions: _, ...rest }: Listing, open: NonNullable<Listing['suspensions']>): Listing =>
  open.length > 0 ? { ...rest, suspensions: open } : rest;

/** A subject of which nothing is known yet. */
export const unknownSubject = (subject: Standing['subject']): Standing => ({ version: 0, subject, listings: [] });

/** A standing before and after some events, ready to be written in one transaction. */
export interface StandingChange {
  readonly before: Standing;
  readonly after: Standing;
  readonly records: readonly EventRecord[];
}

/**
 * Applies the events in order, each with what follows from it by law (a black listing ends the red ones), and signs each.
 * @throws TransitionRefused where the state does not allow one
 */
export function advance(
  before: Standing,
  events: readonly StandingEvent[],
  by: Signature,
  at: Instant,
  abolitions: Abolitions = NONE_ABOLISHED,
): StandingChange {
  let after = before;
  const records: EventRecord[] = [];
  const append = (event: StandingEvent) => {
    after = apply(after, event, at);
    records.push({ version: after.version, at: toIso(at), by, subject: after.subject, event });
  };
  for (const event of events) {
    append(event);
    for (const following of consequenceOf(event, after, { at, abolitions })) append(following);
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
