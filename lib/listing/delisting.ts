import * as z from 'zod/mini';
import { endOf, type Instant } from '../kernel/clock.ts';
import type { Exit } from './exits.ts';
import { EndReason } from './standing.ts';
import type { Abolitions } from './term.ts';

const count = z.int().check(z.nonnegative());
const Span = z.strictObject({
  /** How many exits it is known of. */
  exits: count,
  /** Seconds: half of them, or more, took no longer. */
  median: count,
  /** Seconds. */
  greatest: count,
});

/** 退出时长 of one domain, authority and reason. */
export const Delisting = z.strictObject({
  domain: z.string(),
  authority: z.string(),
  reason: EndReason,
  exits: count,
  /** From the moment at which it was asked for; null where nobody asks for such an exit. */
  waited: z.nullable(Span),
  /** From the moment from which it should have been off the list; null where that is not known of any. */
  late: z.nullable(Span),
});
export type Delisting = z.infer<typeof Delisting>;

/** What says since when a listing should have been off the list. */
export interface DueBy {
  readonly abolitions: Abolitions;
  /** The moment for which an import's file was complete, by the ground that its events name. */
  readonly complete: ReadonlyMap<string, Instant>;
}

/** Time to delist, by domain, authority and reason. */
export function delistingOf(exits: readonly Exit[], dueBy: DueBy): Delisting[] {
  const groups = Map.groupBy(exits, ({ listing: { domain, authority }, reason }) =>
    JSON.stringify([domain, authority, reason]),
  );
  return [...groups]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, of]) => {
      const [first] = of;
      if (!first) return [];
      const { listing, reason } = first;
      return {
        domain: listing.domain,
        authority: listing.authority,
        reason,
        exits: of.length,
        waited: spanOf(of.flatMap(({ at, askedAt }) => (askedAt === undefined ? [] : [at - askedAt]))),
        late: spanOf(
          of.flatMap((exit) => {
            const due = dueAt(exit, dueBy);
            return due === undefined ? [] : [exit.at - due];
          }),
        ),
      };
    });
}

/** From when on the listing had no ground to stand any more; undefined where nothing says so. */
function dueAt({ reason, listing, at, by }: Exit, { abolitions, complete }: DueBy): Instant | undefined {
  switch (reason) {
    case 'expired':
      return listing.until === null ? undefined : endOf(listing.until);
    case 'abolished': {
      const last = abolitions.get(listing.domain);
      return last && endOf(last);
    }
    case 'withdrawn-by-source':
      return complete.get(by.ground ?? '');
    // The decision, and the exit with it: one transaction.
    case 'objection-upheld':
    case 'repaired':
    case 'revoked':
    case 'blacklisted':
    case 'withdrawn-by-subject':
      return at;
  }
}

function spanOf(milliseconds: readonly number[]): z.infer<typeof Span> | null {
  const seconds = milliseconds.map((each) => Math.max(0, Math.floor(each / 1000))).sort((one, other) => one - other);
  const [median, greatest] = [seconds[Math.ceil(seconds.length / 2) - 1], seconds.at(-1)];
  return median === undefined || greatest === undefined ? null : { exits: seconds.length, median, greatest };
}
