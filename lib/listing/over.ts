import { dateOf } from '../kernel/clock.ts';
import type { StandingEvent } from './event.ts';
import type { Standing } from './standing.ts';
import { type Day, endings } from './term.ts';
import { apply } from './transition.ts';

/** What ends those of a standing's listings that are named here, where their last day has passed and nobody has written it. */
export const overOf = (standing: Standing, listingIds: readonly string[], { at, abolitions }: Day): StandingEvent[] =>
  endings(standing, dateOf(at), abolitions).filter(
    (event) => event.type === 'ended' && listingIds.includes(event.listingId),
  );

/** A standing as it is at a moment, whether or not the schedule has come by: those listings have ended with their last day. */
export const ended = (standing: Standing, listingIds: readonly string[], day: Day): Standing =>
  overOf(standing, listingIds, day).reduce((before, event) => apply(before, event, day.at), standing);
