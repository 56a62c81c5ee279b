import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import { type Instant, instant, parseInstant } from '../kernel/clock.ts';

const HOUR_MS = 3_600_000;

/** How much a source can be relied on at one moment. */
export interface SourceReading {
  readonly id: string;
  readonly freshAsOf: string | null;
  readonly state: 'fresh' | 'stale' | 'missing';
  /** When the source becomes stale, for one that is fresh. */
  readonly staleAt: Instant | undefined;
}

/** A source that never delivered, that the catalogue does not know or that is switched off is missing: unknown is not clean. */
export function sourceState(
  id: string,
  { catalogue, head, now }: { readonly catalogue: Catalogue; readonly head: Head; readonly now: Instant },
): SourceReading {
  const source = catalogue.sources.find((each) => each.id === id);
  const freshAsOf = head.freshAsOf[id] ?? null;
  if (!source || freshAsOf === null || head.switchedOff.includes(id))
    return { id, freshAsOf, state: 'missing', staleAt: undefined };
  const staleAt = instant(parseInstant(freshAsOf) + source.maxAgeHours * HOUR_MS);
  return now < staleAt
    ? { id, freshAsOf, state: 'fresh', staleAt }
    : { id, freshAsOf, state: 'stale', staleAt: undefined };
}
