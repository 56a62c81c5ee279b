import type { Leaf, RecordLeaf } from './leaf.ts';
import type { Coverage, RecordLookup } from './ports.ts';
import type { Gap } from './seal.ts';

interface Known {
  readonly coverage: ReadonlyMap<string, Coverage>;
  readonly log: RecordLookup;
  /** The leaves of a segment that is sealed. */
  readonly leavesOf: (segment: number) => Promise<readonly Leaf[]>;
}

interface Settled {
  readonly leaves: readonly Leaf[];
  readonly gaps: readonly Gap[];
}

/**
 * What is to be sealed of what was noted: what is sealed already is left out (a stream may deliver twice), and each place
 * that a chain skips is settled by one consistent read, which finds the record or declares the gap.
 */
export async function settle(noted: readonly Leaf[], known: Known): Promise<Settled> {
  const fresh = await unsealed(noted, known);
  const leaves: Leaf[] = [...fresh];
  const gaps: Gap[] = [];
  const records = fresh.flatMap((leaf) => (leaf.kind === 'record' ? [leaf] : []));
  for (const [writer, chain] of Map.groupBy(records, ({ link }) => link.writer)) {
    const settled = await settleChain(writer, chain, known);
    leaves.push(...settled.found);
    gaps.push(...settled.gaps);
  }
  return { leaves, gaps };
}

async function unsealed(noted: readonly Leaf[], { coverage, leavesOf }: Known): Promise<Leaf[]> {
  const distinct = [...new Map(noted.map((leaf) => [`${leaf.kind} ${leaf.id} ${leaf.digest}`, leaf])).values()];
  const fresh: Leaf[] = [];
  for (const leaf of distinct) {
    const covered =
      leaf.kind === 'record'
        ? coverage
            .get(leaf.link.writer)
            ?.sealed.find(({ from, to }) => from <= leaf.link.sequence && leaf.link.sequence <= to)
        : undefined;
    const there = covered ? await leavesOf(covered.segment) : [];
    // Another record at a place that is taken is sealed as well: it is there, and the verifier says whose place it is.
    if (!there.some(({ id, digest }) => id === leaf.id && digest === leaf.digest)) fresh.push(leaf);
  }
  return fresh;
}

async function settleChain(
  writer: string,
  chain: readonly RecordLeaf[],
  { coverage, log }: Known,
): Promise<{ found: RecordLeaf[]; gaps: Gap[] }> {
  const { sealed, gaps: declared } = coverage.get(writer) ?? { sealed: [], gaps: [] };
  const own = chain.map(({ link }) => ({ from: link.sequence, to: link.sequence, named: link.previous?.id }));
  const others = [...sealed, ...declared].map((place) => ({ ...place, named: undefined }));
  const taken = [...own, ...others].toSorted((one, other) => one.from - other.from);
  const durable = chain.reduce((most, { link }) => Math.max(most, link.durable), 0);
  const found: RecordLeaf[] = [];
  const gaps: Gap[] = [];
  let from = 1;
  for (const place of taken) {
    let to = place.from - 1;
    let { named } = place;
    // Each record found names the one before it; where the name is lost, so is the rest of the gap.
    while (from <= to && named !== undefined) {
      const leaf: RecordLeaf | undefined = await log.leaf(named);
      if (leaf?.link.writer !== writer || leaf.link.sequence !== to) break;
      found.push(leaf);
      named = leaf.link.previous?.id;
      to -= 1;
    }
    if (from <= to)
      gaps.push({ writer, from, to, ...(named !== undefined && { id: named }), confirmed: from <= durable });
    from = Math.max(from, place.to + 1);
  }
  return { found, gaps };
}
