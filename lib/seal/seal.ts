import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { SealHead } from '../check/seal-head.ts';
import { canonical } from '../kernel/canonical.ts';
import { addYears, dateOf, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { LEAST_TERM_YEARS } from '../kernel/keep-years.ts';
import type { KeySet } from '../receipt/key-set.ts';
import { sign } from '../receipt/sign.ts';
import type { SigningKey } from '../receipt/signing-keys.ts';
import { type Refused, type Verified, verify } from '../receipt/verify.ts';
import { inOrder, Leaf, leafText } from './leaf.ts';
import { leafHash, rootOf } from './merkle.ts';

/** Leaves of one segment at most: some hundred kilobytes, and a proof of twelve hashes. */
export const MAX_LEAVES = 4_096;

/** Places in a writer's chain at which no record was found, though later ones stand. */
export const Gap = z.strictObject({
  writer: z.string(),
  /** The first of these places and the last, which may be one. */
  from: z.int(),
  to: z.int(),
  /** The record that a later one names at the last of them. */
  id: z.optional(z.string()),
  /** The writer had a put at the first of them confirmed: there was a record. */
  confirmed: z.boolean(),
});
export type Gap = z.infer<typeof Gap>;

/** What is signed of one segment. */
export const Seal = z.strictObject({
  form: z.literal('grantgate-seal-1'),
  segment: z.int().check(z.positive()),
  /** Digest of the seal before; null for the first. */
  previous: z.nullable(z.string()),
  sealedAt: z.iso.datetime(),
  /** What the log's stream brought up to this moment is in this segment or in one before. */
  through: z.iso.datetime(),
  count: z.int(),
  /** Of the Merkle tree (RFC 6962) over the canonical leaves, base64url. */
  root: z.string(),
  /** Records whose chain had been sealed further before. */
  late: z.int(),
  gaps: z.array(Gap),
  /**
   * The moments of the first and the last check that there is a record of in the segment, so that it can be told what a list
   * cannot have had once it is gone; null where there is none.
   */
  checked: z.nullable(z.strictObject({ from: z.iso.datetime(), to: z.iso.datetime() })),
  /** How many leaves are of what was appended to records. */
  appended: z.int(),
  /** From this moment on every record that a leaf is about may be gone, and the list of the leaves with them. */
  keepUntil: z.iso.datetime(),
});
export type Seal = z.infer<typeof Seal>;

/** A signed seal and the leaves under it. */
export const Segment = z.strictObject({
  seal: z.string(),
  /** Null once every record of the segment has expired: the seal stays, as the chain needs it. */
  leaves: z.nullable(z.array(Leaf)),
});
export type Segment = z.infer<typeof Segment>;

interface Sealing {
  readonly leaves: readonly Leaf[];
  readonly gaps: readonly Gap[];
  readonly late: number;
  readonly through: string;
  readonly sealedAt: string;
  readonly after: SealHead | undefined;
}

/** Seals the leaves, in their order, after the segment before. */
export function sealSegment(
  { leaves, gaps, late, through, sealedAt, after }: Sealing,
  key: SigningKey,
): { readonly seal: Seal; readonly head: SealHead; readonly segment: Segment } {
  const ordered = leaves.toSorted(inOrder);
  const moments = ordered.flatMap((leaf) => (leaf.kind === 'record' ? [leaf.checkedAt] : [])).toSorted();
  const [from, to] = [moments.at(0), moments.at(-1)];
  const seal: Seal = {
    form: 'grantgate-seal-1',
    segment: (after?.segment ?? 0) + 1,
    previous: after?.digest ?? null,
    sealedAt,
    through,
    count: ordered.length,
    root: rootOf(ordered.map((leaf) => leafHash(leafText(leaf)))).toString('base64url'),
    late,
    gaps: [...gaps],
    checked: from === undefined || to === undefined ? null : { from, to },
    appended: ordered.filter(({ kind }) => kind === 'appended').length,
    keepUntil: [leastTerm(sealedAt), ...ordered.map((leaf) => leaf.keepUntil)].toSorted().at(-1) ?? sealedAt,
  };
  const text = sign('grantgate-seal+jws', canonical(seal), key);
  return { seal, head: headOf(seal.segment, text), segment: { seal: text, leaves: ordered } };
}

/** Kept as long as the shortest term of any record, also where every leaf is of what has ended: of that nobody is to be in doubt for years. */
const leastTerm = (sealedAt: string): string =>
  toIso(startOf(addYears(dateOf(parseInstant(sealedAt)), LEAST_TERM_YEARS)));

export const headOf = (segment: number, text: string): SealHead => ({
  segment,
  digest: createHash('sha256').update(text).digest('base64url'),
});

/** What a seal of our own says, its signature unread. */
export const unverified = (text: string): Seal =>
  Seal.parse(JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')));

/** Holds a signed seal against the published keys. */
export const verifySeal = (text: string, keys: KeySet): Promise<Verified<Seal> | Refused> =>
  verify(text, { typ: 'grantgate-seal+jws', schema: Seal, signedAt: ({ sealedAt }) => sealedAt }, keys);
