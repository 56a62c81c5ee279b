import { createHash } from 'node:crypto';

// A leaf never passes for a node, nor a node for a leaf (RFC 6962, 2.1).
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

const EMPTY = createHash('sha256').digest();

export const leafHash = (data: string): Buffer => createHash('sha256').update(LEAF).update(data).digest();

const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256').update(NODE).update(left).update(right).digest();

/** The root of a tree over these leaves' hashes, as RFC 6962 builds it: nothing is doubled to make it even. */
export function rootOf(hashes: readonly Buffer[]): Buffer {
  let level = hashes;
  while (level.length > 1) level = above(level);
  return level[0] ?? EMPTY;
}

/** The hashes beside the way from a leaf to the root, nearest the leaf first. */
export function pathOf(hashes: readonly Buffer[], index: number): Buffer[] {
  const path: Buffer[] = [];
  let place = index;
  for (let level = hashes; level.length > 1; level = above(level), place = Math.floor(place / 2)) {
    const beside = level[place % 2 === 0 ? place + 1 : place - 1];
    if (beside) path.push(beside);
  }
  return path;
}

/** The root that a leaf's hash and the path beside it lead to; undefined where the path is not one of such a tree. */
export function rootFrom(
  leaf: Buffer,
  { index, count, path }: { readonly index: number; readonly count: number; readonly path: readonly Buffer[] },
): Buffer | undefined {
  if (index < 0 || index >= count) return undefined;
  let hash = leaf;
  let place = index;
  let used = 0;
  for (let width = count; width > 1; width = Math.ceil(width / 2), place = Math.floor(place / 2)) {
    const isLeft = place % 2 === 0;
    if (isLeft && place + 1 === width) continue;
    const beside = path[used];
    if (!beside) return undefined;
    used += 1;
    hash = isLeft ? nodeHash(hash, beside) : nodeHash(beside, hash);
  }
  return used === path.length ? hash : undefined;
}

/** A node alone at the end rises as it is: the same tree as RFC 6962's division at the largest power of two. */
const above = (level: readonly Buffer[]): Buffer[] =>
  Array.from({ length: Math.ceil(level.length / 2) }, (_, index) => {
    const left = level[2 * index] ?? EMPTY;
    const right = level[2 * index + 1];
    return right ? nodeHash(left, right) : left;
  });
