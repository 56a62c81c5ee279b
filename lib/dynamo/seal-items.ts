import * as z from 'zod/mini';
import { Leaf } from '../seal/leaf.ts';
import type { NewSegment, SealingState } from '../seal/ports.ts';
import { type Item, jsonText, keyItem, N, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { coveredKey, leavesKey, sealKey } from './keys.ts';

/** Leaves of one item at most: well below 400 KB, deflated. */
const LEAVES_PER_ITEM = 1_024;

const Places = z.array(z.tuple([z.int(), z.int()]));
type Places = z.infer<typeof Places>;

export const SealingItem = z.pipe(
  z.object({
    segment: z.optional(N),
    digest: z.optional(S),
    through: z.optional(S),
    note: S,
    taken: N,
    archived: z.optional(N),
  }),
  z.transform(
    ({ segment, digest, through = '', note, taken, archived = 0 }): SealingState => ({
      head: segment === undefined || digest === undefined ? undefined : { segment, digest },
      through,
      position: { note, taken },
      archived,
    }),
  ),
);
export const NoteItem = stored({ sk: S, body: jsonText(z.array(Leaf)) });
export const SealItem = stored({ seal: S });
export const LeavesItem = stored({ body: jsonText(z.array(Leaf)) });
export const CoveredItem = stored({ sk: S, body: jsonText(z.object({ sealed: Places, gaps: Places })) });

/** Everything that is kept of one segment, at most some fifty items. */
export function segmentItems({ segment, head, keepUntil, gaps }: NewSegment, ttl: number): Item[] {
  const leaves = segment.leaves ?? [];
  const chunks = Array.from({ length: Math.ceil(leaves.length / LEAVES_PER_ITEM) }, (_, part) => ({
    ...keyItem(leavesKey(head.segment, part)),
    v: toN(VERSION),
    ttl: toN(ttl),
    body: toText(JSON.stringify(leaves.slice(part * LEAVES_PER_ITEM, (part + 1) * LEAVES_PER_ITEM))),
  }));
  const records = leaves.flatMap((leaf) => (leaf.kind === 'record' ? [leaf.link] : []));
  const gapsOf = Map.groupBy(gaps, ({ writer }) => writer);
  const covered = [...Map.groupBy(records, ({ writer }) => writer)].map(([writer, chain]) => ({
    ...keyItem(coveredKey(writer, head.segment)),
    v: toN(VERSION),
    ttl: toN(ttl),
    body: toText(
      JSON.stringify({
        sealed: runsOf(chain.map(({ sequence }) => sequence)),
        gaps: (gapsOf.get(writer) ?? []).map(({ from, to }) => [from, to]),
      }),
    ),
  }));
  // The seal itself stays for ever: the chain needs it, and it tells nothing of anybody.
  const seal = {
    ...keyItem(sealKey(head.segment)),
    v: toN(VERSION),
    seal: toS(segment.seal),
    keepUntil: toS(keepUntil),
  };
  return [seal, ...chunks, ...covered];
}

/** Consecutive numbers as runs from one to another. */
function runsOf(numbers: readonly number[]): Places {
  const runs: Places = [];
  for (const number of numbers.toSorted((one, other) => one - other)) {
    const last = runs.at(-1);
    if (last && number <= last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
