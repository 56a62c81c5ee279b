import type { AppendedLeaf, Leaf, RecordLeaf } from './leaf.ts';
import type { Gap } from './seal.ts';
import { isListExpired, type ReadSegment } from './seal-chain.ts';
import { hadCome, ruleText, type Tombstone } from './tombstone.ts';

/** Everything that the seals say was there. */
export interface Sealed {
  readonly records: ReadonlyMap<string, RecordLeaf>;
  /** What was appended to records, by {@link appendedName}. */
  readonly appended: ReadonlyMap<string, AppendedLeaf>;
  /** The rule by which a record was deleted, when its time had come; undefined where no tombstone shows that. */
  readonly deletedBy: (leaf: RecordLeaf) => string | undefined;
  /** The furthest place sealed of each writer. */
  readonly furthest: ReadonlyMap<string, number>;
  /** Whether the list of leaves that may have had it is gone with its term: of something kept longer, which only a hold does. */
  readonly listExpired: (kept: { readonly since: string; readonly keepUntil: string }) => boolean;
  /** Places of which the seals say that nothing was found there: a late record may fill one. */
  readonly gaps: readonly Gap[];
}

/** One thing that was appended, among all. */
export const appendedName = ({ id, note }: Pick<AppendedLeaf, 'id' | 'note'>): string => `${id} ${note}`;

/** @param unsealed tombstones of the log that are too new to be sealed */
export function sealedIn(read: readonly ReadSegment[], unsealed: readonly Tombstone[], now: string): Sealed {
  const leaves = read.flatMap((segment) => segment.leaves ?? []);
  const records = leaves.filter((leaf) => leaf.kind === 'record');
  const appended = leaves.filter((leaf) => leaf.kind === 'appended');
  const sealed = read.flatMap(({ seal: { sealedAt }, leaves: all }) =>
    (all ?? []).flatMap((leaf) => (leaf.kind === 'tombstone' ? { tombstone: leaf, seenAt: sealedAt } : [])),
  );
  const shown = [...sealed, ...unsealed.map((tombstone) => ({ tombstone, seenAt: now }))];
  const tombstones = Map.groupBy(shown, ({ tombstone }) => tombstone.id);
  const deletedBy = (record: RecordLeaf): string | undefined => {
    const by = (tombstones.get(record.id) ?? []).find(
      ({ tombstone, seenAt }) => tombstone.digest === record.digest && hadCome(tombstone, record, seenAt),
    );
    return by && ruleText(by.tombstone.rule);
  };
  const ended = ({ keepUntil }: { readonly keepUntil: string }): boolean => keepUntil <= now;
  return {
    records: standing(
      records,
      ({ id }) => id,
      (leaf) => ended(leaf) || deletedBy(leaf) !== undefined,
    ),
    appended: standing(appended, appendedName, ended),
    deletedBy,
    furthest: furthestOf(records),
    listExpired: ({ since, keepUntil }) =>
      read.some((each) => isListExpired(each, now) && each.seal.sealedAt >= since && each.seal.keepUntil >= keepUntil),
    gaps: read.flatMap(({ seal }) => seal.gaps),
  };
}

/**
 * Of leaves with one name the first, unless its time is over: what was put in its place later was sealed as well, and is
 * not what was there.
 */
function standing<T extends Exclude<Leaf, Tombstone>>(
  leaves: readonly T[],
  nameOf: (leaf: T) => string,
  isOver: (leaf: T) => boolean,
): ReadonlyMap<string, T> {
  const byName = new Map<string, T>();
  for (const leaf of leaves) {
    const name = nameOf(leaf);
    const before = byName.get(name);
    if (!before || (before.digest !== leaf.digest && isOver(before))) byName.set(name, leaf);
  }
  return byName;
}

function furthestOf(records: readonly RecordLeaf[]): ReadonlyMap<string, number> {
  const furthest = new Map<string, number>();
  for (const { link } of records) furthest.set(link.writer, Math.max(link.sequence, furthest.get(link.writer) ?? 0));
  return furthest;
}
