import { type Finding, finding } from './finding.ts';
import { inOrder, type Leaf, leafText } from './leaf.ts';
import { leafHash, rootOf } from './merkle.ts';
import type { Seal, Segment } from './seal.ts';

/** What the list of a segment shows, held against the root that is signed. */
export interface SealedList {
  /** The leaves; undefined where what is there does not lead to the root, so that no leaf of it counts for anything. */
  readonly proved: readonly Leaf[] | undefined;
  /** Leaves that somebody has changed: they excuse nothing, and what they name is missed all the same. */
  readonly claimed: readonly Leaf[];
  readonly findings: readonly Finding[];
}

const EXPIRED: SealedList = { proved: undefined, claimed: [], findings: [] };

/** A list is whole, or gone: of one that has expired, which TTL takes part by part, what is left shows nothing. */
export function heldToRoot(
  { segment, count, root, keepUntil }: Seal,
  leaves: Segment['leaves'],
  now: string,
): SealedList {
  const isExpired = keepUntil <= now;
  if (leaves === null) return isExpired ? EXPIRED : { ...EXPIRED, findings: [finding('deleted', { segment }, GONE)] };
  if (leaves.length < count && isExpired) return EXPIRED;
  if (leaves.length === count && rootOfLeaves(leaves) === root) return { proved: leaves, claimed: [], findings: [] };
  const ordered = leaves.toSorted(inOrder);
  if (leaves.length === count && rootOfLeaves(ordered) === root)
    return { proved: ordered, claimed: [], findings: [finding('reordered', { segment }, MOVED)] };
  const kind = leaves.length < count ? 'deleted' : leaves.length > count ? 'inserted' : 'edited';
  const shows = {
    zh: `封存 ${count} 条，清单 ${leaves.length} 条，根摘要不符`,
    en: `${count} leaves were sealed, ${leaves.length} are there, and the root does not fit`,
  };
  return { proved: undefined, claimed: leaves, findings: [finding(kind, { segment }, shows)] };
}

const rootOfLeaves = (leaves: readonly Leaf[]): string =>
  rootOf(leaves.map((leaf) => leafHash(leafText(leaf)))).toString('base64url');

const GONE = { zh: '未到期而清单已不在', en: 'its leaves are gone before their time' };
const MOVED = { zh: '清单次序与封存不符', en: 'its leaves stand in another order' };
