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

/** Of what was appended to a record: which, what it is, the digest of all that is stored of it, and how long it is to be there. */
const AppendedLeaf = z.strictObject({
  kind: z.literal('appended'),
  /** Of the record. */
  id: z.string(),
  /** Digest of its key, which may hold what a caller said. */
  note: z.string(),
  /** `determination`, `grant` and so on. */
  of: z.string(),
  digest: z.string(),
  /** From this day on it may be gone without a tombstone. */
  keepUntil: z.iso.datetime(),
});
export type AppendedLeaf = z.infer<typeof AppendedLeaf>;

const TombstoneLeaf = z.strictObject({ kind: z.literal('tombstone'), ...Tombstone.shape });

export const Leaf = z.discriminatedUnion('kind', [RecordLeaf, AppendedLeaf, TombstoneLeaf]);
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

const ORDER: readonly Leaf['kind'][] = ['record', 'appended', 'tombstone'];

/** The order of a segment: each writer's records in the order of its chain, then what was appended to any, then tombstones. */
export function inOrder(one: Leaf, other: Leaf): number {
  if (one.kind === 'record' && other.kind === 'record')
    return (
      compare(one.link.writer, other.link.writer) ||
      one.link.sequence - other.link.sequence ||
      compare(one.id, other.id)
    );
  if (one.kind === 'appended' && other.kind === 'appended')
    return compare(one.id, other.id) || compare(one.note, other.note);
  return ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind) || compare(one.id, other.id);
}

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);
