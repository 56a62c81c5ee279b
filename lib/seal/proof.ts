import * as z from 'zod/mini';
import { SealHead } from '../check/seal-head.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { Leaf, leafText } from './leaf.ts';
import { leafHash, pathOf, rootFrom } from './merkle.ts';
import { headOf, type Seal, unverified, verifySeal } from './seal.ts';

/** That a record is under a seal: whoever has the published keys can work the root out again. */
export const Proof = z.strictObject({
  checkId: z.string(),
  /** SHA-256 of the record, as its receipt has it. */
  digest: z.string(),
  leaf: Leaf,
  /** The leaf's place among the leaves of the segment, from 0, and how many these are. */
  index: z.int(),
  count: z.int(),
  /** The hashes beside the way to the root, nearest the leaf first, base64url. */
  path: z.array(z.string()),
  /** The signed seal, a compact JWS. */
  seal: z.string(),
  /** Of that seal, to be kept: it follows from the seal, and a proof with another one proves nothing. */
  head: SealHead,
});
export type Proof = z.infer<typeof Proof>;

/** The proof of one record of a segment; undefined where it is not one of its leaves, or these are not all there any more. */
export function proofOf(
  id: string,
  { seal, leaves, head }: { readonly seal: string; readonly leaves: readonly Leaf[]; readonly head: SealHead },
): Proof | undefined {
  const index = leaves.findIndex((leaf) => leaf.kind === 'record' && leaf.id === id);
  const leaf = leaves[index];
  if (!leaf || leaves.length !== unverified(seal).count) return undefined;
  const hashes = leaves.map((each) => leafHash(leafText(each)));
  const path = pathOf(hashes, index).map((hash) => hash.toString('base64url'));
  return { checkId: id, digest: leaf.digest, leaf, index, count: leaves.length, path, seal, head };
}

/** The seal that the proof leads to; undefined where it leads to none that the published keys have signed. */
export async function verifyProof(proof: Proof, keys: KeySet): Promise<Seal | undefined> {
  const verified = await verifySeal(proof.seal, keys);
  if (!verified.ok) return undefined;
  const { checkId, digest, leaf, index, count } = proof;
  const head = headOf(verified.payload.segment, proof.seal);
  const path = proof.path.map((hash) => Buffer.from(hash, 'base64url'));
  const root = rootFrom(leafHash(leafText(leaf)), { index, count, path });
  const fits =
    leaf.kind === 'record' &&
    leaf.id === checkId &&
    leaf.digest === digest &&
    proof.head.segment === head.segment &&
    proof.head.digest === head.digest &&
    count === verified.payload.count &&
    root?.toString('base64url') === verified.payload.root;
  return fits ? verified.payload : undefined;
}
