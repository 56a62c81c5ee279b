import { type Instant, parseInstant } from '../kernel/clock.ts';
import type { EndReason, Listing, Standing } from '../listing/standing.ts';
import type { Conflict } from './conflict.ts';
import { lineageOf } from './lineage.ts';
import type { PlannedRow } from './plan.ts';

/** Exits that the source has to follow: what it delivers still is 已修复仍公示, or worse. */
const EXITS: readonly EndReason[] = ['repaired', 'objection-upheld', 'revoked'];
const HOUR_MS = 3_600_000;

/** A row of which the listing has ended here by such an exit, named for a steward; it stays ended. */
export function stillDelivered(
  source: string,
  { subject, listingId }: Pick<PlannedRow, 'subject' | 'listingId'>,
  standing: Standing | undefined,
  now: Instant,
): Conflict | undefined {
  const ended = exitOf(lineageOf(listingId, standing).at(-1));
  if (!ended) return undefined;
  const hoursAfterExit = Math.max(0, Math.floor((now - parseInstant(ended.at)) / HOUR_MS));
  return { kind: 'still-delivered', subject, source, values: [ended.id, ended.reason, ended.at], hoursAfterExit };
}

function exitOf(listing: Listing | undefined) {
  if (listing?.state !== 'ended' || !listing.ended || !EXITS.includes(listing.ended.reason)) return undefined;
  return { id: listing.id, reason: listing.ended.reason, at: listing.ended.at };
}
