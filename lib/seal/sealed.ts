import { type GoneLists, goneLists } from './gone-lists.ts';
import type { AppendedLeaf, Leaf, RecordLeaf } from './leaf.ts';
import type { Gap } from './seal.ts';
import type { ReadSegment } from './seal-chain.ts';
import { hadCome, ruleText, type Tombstone } from './tombstone.ts';

/** Everything that the seals show was there. */
export interface Sealed {
  readonly records: ReadonlyMap<string, RecordLeaf>;
  /** What was appended to records, by {@link appendedName}. */
  readonly appended: ReadonlyMap<string, AppendedLeaf>;
  /** What lists name that somebody has changed: it was there, or somebody says so. */
  readonly claimed: Pick<Sealed, 'records' | 'appended'>;
  /** The rule by which a record was deleted, when its time had come; undefined where no tombstone shows that. */
  readonly deletedBy: (leaf: RecordLeaf) => string | undefined;
  /** The furthest place sealed of each writer. */
  readonly furthest: ReadonlyMap<string, number>;
  /** The lists that show nothing. */
  readonly gone: GoneLists;
  /** Places of which the seals say that nothing was found there: a late record may fill one. */
  readonly gaps: readonly Gap[];
}

/** One thing that was appended, among all. */
export const appendedName = ({ id, note }: Pick<AppendedLeaf, 'id' | 'note'>): string => `${id} ${note}`;

interface Read {
  readonly read: readonly ReadSegment[];
  /** Tombstones of the log that are too new to be sealed. */
  readonly unsealed: readonly Tombstone[];
  /** Whether there are seals that are not at hand, or that nobody vouches for. */
  readonly isSealMissing: boolean;
  readonly now: string;
}

export function sealedIn({ read, unsealed, isSealMissing, now }: Read): Sealed {
  const leaves = read.flatMap(({ list }) => list.proved ?? []);
  const claimed = read.flatMap(({ list }) => list.claimed);
  const records = recordsAmong(leaves);
  const appended = appendedAmong(leaves);
  const sealed = read.flatMap(({ seal: { sealedAt }, list }) =>
    (list.proved ?? []).flatMap((leaf) => (leaf.kind === 'tombstone' ? { tombstone: leaf, seenAt: sealedAt } : [])),
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
    claimed: {
      records: new Map(recordsAmong(claimed).map((leaf) => [leaf.id, leaf])),
      appended: new Map(appendedAmong(claimed).map((leaf) => [appendedName(leaf), leaf])),
    },
    deletedBy,
    furthest: furthestOf(records),
    gone: goneLists(read, isSealMissing),
    gaps: read.flatMap(({ seal }) => seal.gaps),
  };
}

const recordsAmong = (leaves: readonly Leaf[]) => leaves.filter((leaf) => leaf.kind === 'record');
const appendedAmong = (leaves: readonly Leaf[]) => leaves.filter((leaf) => leaf.kind === 'appended');

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
