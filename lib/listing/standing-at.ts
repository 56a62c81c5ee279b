import { type Instant, parseInstant } from '../kernel/clock.ts';
import type { EventRecord } from './event.ts';
import type { Standing } from './standing.ts';
import { fold } from './transition.ts';

/** The standing at a version of its history; undefined at version 0, and at one that was never reached. */
export const standingAtVersion = (history: readonly EventRecord[], version: number): Standing | undefined =>
  version > history.length ? undefined : fold(history.slice(0, version));

/**
 * The standing as of a moment, what happened at that very moment included; undefined before the first event.
 * The versions are the order of what happened: an event whose writer's clock ran ahead is not left out of the middle.
 */
export const standingAsOf = (history: readonly EventRecord[], moment: Instant): Standing | undefined =>
  fold(history.slice(0, history.findLastIndex(({ at }) => parseInstant(at) <= moment) + 1));
