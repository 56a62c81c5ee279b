import { createHash } from 'node:crypto';
import { canonical } from '../kernel/canonical.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type EndReason, type Listing, mayBeFoundWrong, type Standing, wasWrong } from './standing.ts';

/**
 * What a listing says, as against the state that it is in. A change of one of these, while it is in force, corrects
 * what was told of it before.
 */
export const SAID = [
  'list',
  'domain',
  'source',
  'authority',
  'grade',
  'document',
  'measures',
  'from',
  'until',
  'region',
  'sectors',
  'leniency',
  'repair',
  'remedy',
] as const satisfies readonly (keyof Listing)[];
type Said = (typeof SAID)[number];
type SuspensionCause = NonNullable<Listing['suspensions']>[number]['cause'];

interface AnyMove {
  /**
   * The same for the same subject, standing version, listing and kind, however often it is worked out: what the
   * receiver of a repeated delivery knows it by. It tells nothing of the subject.
   */
  readonly id: string;
  readonly subject: SubjectKey;
  /** Of the standing: moves of one subject are in the order of their versions. */
  readonly version: number;
  /** As it is after the move. */
  readonly listing: Listing;
}

/** What happened to one listing between two versions of its standing, for those who rely on it being in force. */
export type Move = AnyMove &
  (
    | { readonly kind: 'in-force'; readonly reinstated: boolean }
    /** Now of no effect, for all the causes named; one more cause beside another is no further move. */
    | { readonly kind: 'suspended'; readonly causes: readonly SuspensionCause[] }
    /** The last cause has gone. */
    | { readonly kind: 'resumed' }
    | { readonly kind: 'ended'; readonly reason: EndReason }
    /** It has ended, as {@link Move} `ended` says too, because it was wrong. */
    | { readonly kind: 'corrected'; readonly correction: 'withdrawn' }
    | { readonly kind: 'corrected'; readonly correction: 'changed'; readonly changed: readonly Said[] }
  );
type Kind<M = Move> = M extends Move ? Omit<M, keyof AnyMove> : never;

const ID_BYTES = 20;

/**
 * The moves of a subject's listings from one standing to a later one, in the order of the listings. `before` is absent
 * where nothing was known. A listing that never was in force makes none: a candidate has no effect, and nobody is told.
 */
export function movesOf(subject: SubjectKey, before: Standing | undefined, after: Standing): Move[] {
  const earlier = new Map((before?.listings ?? []).map((listing) => [listing.id, listing]));
  return after.listings.flatMap((listing) =>
    changes(earlier.get(listing.id), listing).map(
      (kind): Move => ({
        ...kind,
        id: moveId(subject, after.version, listing.id, kind.kind),
        subject,
        version: after.version,
        listing,
      }),
    ),
  );
}

function changes(before: Listing | undefined, after: Listing): Kind[] {
  const was = before?.state === 'active' ? before : undefined;
  if (after.state !== 'active' && was) return exit(after);
  if (after.state !== 'active') return before && isFoundWrong(before, after) ? [WITHDRAWN] : [];
  const [rested, rests] = [causesOf(was), causesOf(after)];
  const changed = was ? SAID.filter((field) => canonical(was[field]) !== canonical(after[field])) : [];
  return [
    ...(was ? [] : [{ kind: 'in-force' as const, reinstated: before?.state === 'ended' }]),
    ...(changed.length > 0 ? [{ kind: 'corrected' as const, correction: 'changed' as const, changed }] : []),
    ...(rested.length === 0 && rests.length > 0 ? [{ kind: 'suspended' as const, causes: rests }] : []),
    ...(rested.length > 0 && rests.length === 0 ? [{ kind: 'resumed' as const }] : []),
  ];
}

/** What its source takes back from active to undecided has left force as well. */
function exit(listing: Listing): Kind[] {
  const left = { kind: 'ended' as const, reason: listing.ended?.reason ?? 'withdrawn-by-source' };
  return wasWrong(listing) ? [left, WITHDRAWN] : [left];
}

const WITHDRAWN = { kind: 'corrected', correction: 'withdrawn' } as const;

/** Told before that it has ended, and not why it should never have been. */
const isFoundWrong = (before: Listing, after: Listing): boolean => mayBeFoundWrong(before) && wasWrong(after);

const causesOf = (listing: Listing | undefined): SuspensionCause[] =>
  [...new Set((listing?.suspensions ?? []).map(({ cause }) => cause))].sort();

/** The same for the same parts, and of nothing else; it tells nothing of them. */
export function moveId(
  subject: SubjectKey,
  version: number,
  listingId: string,
  kind: Move['kind'] | 'identified',
): string {
  // As JSON, so that no two different parts make one text.
  const parts = JSON.stringify([subject, version, listingId, kind]);
  return createHash('sha256').update(parts).digest().subarray(0, ID_BYTES).toString('base64url');
}
