import * as z from 'zod/mini';
import { recordDigest } from '../check/digest.ts';
import { ChainLink, type CheckRecord } from '../check/record.ts';
import { canonical } from '../kernel/canonical.ts';
import { Tombstone } from './tombstone.ts';

/** What a seal covers of a record: its digest, its place in its writer's chain, and how long it is to be there. */
const RecordLeaf = z.strictObject({
  kind: z.literal('record'),
  id: z.string(),
  digest: z.string(),
  link: ChainLink,
  checkedAt: z.iso.datetime(),
  /** From this day on the record may be gone without a tombstone. */
  keepUntil: z.iso.datetime(),
});
export type RecordLeaf = z.infer<typeof RecordLeaf>;

const TombstoneLeaf = z.strictObject({ kind: z.literal('tombstone'), ...Tombstone.shape });

export const Leaf = z.discriminatedUnion('kind', [RecordLeaf, TombstoneLeaf]);
export type Leaf = z.infer<typeof Leaf>;

export const leafOf = (record: CheckRecord): RecordLeaf => ({
  kind: 'record',
  id: record.id,
  digest: recordDigest(record),
  link: record.link,
  checkedAt: record.checkedAt,
  keepUntil: record.keepUntil,
});

/** The bytes that the tree is built over. */
export const leafText = (leaf: Leaf): string => canonical(leaf);

/** The order of a segment: each writer's records in the order of its chain, and the tombstones after all of them. */
export function inOrder(one: Leaf, other: Leaf): number {
  if (one.kind !== other.kind) return one.kind === 'record' ? -1 : 1;
  const byPlace =
    one.kind === 'record' && other.kind === 'record'
      ? compare(one.link.writer, other.link.writer) || one.link.sequence - other.link.sequence
      : 0;
  return byPlace || compare(one.id, other.id);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
