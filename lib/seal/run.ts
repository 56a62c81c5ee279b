import type { SealHead } from '../check/seal-head.ts';
import { type Instant, instant, toIso } from '../kernel/clock.ts';
import type { SigningKey } from '../receipt/signing-keys.ts';
import type { Leaf } from './leaf.ts';
import { heldToRoot } from './list.ts';
import type { Coverage, HeadBoard, NotedLeaf, RecordLookup, SealArchive, SealingState, SealStore } from './ports.ts';
import { MAX_LEAVES, type Segment, sealSegment, unverified } from './seal.ts';
import { settle } from './settle.ts';

export interface SealingPorts {
  readonly store: SealStore;
  readonly log: RecordLookup;
  /** Absent where there is no such place: on one's own machine. */
  readonly archive: SealArchive | undefined;
  readonly board: HeadBoard;
  readonly key: SigningKey;
  /** Milliseconds after which a put is over, one way or the other, and the stream has brought it. */
  readonly settleMs: number;
}

export interface SealingReport {
  readonly segments: number;
  readonly records: number;
  /** Of the gaps, those at which there was a record. */
  readonly confirmedGaps: number;
}

/** Writers of one segment at most: what a segment is kept with goes in one transaction. */
const MAX_WRITERS = 40;

/**
 * Seals what was noted up to some minutes ago. Each segment is kept whole or not at all, and only after the one before
 * it: killed at any point, or run twice at once, the next run goes on where the last whole segment ends.
 */
export async function sealUp(ports: SealingPorts, now: Instant): Promise<SealingReport> {
  const through = toIso(instant(now - ports.settleMs));
  const report = { segments: 0, records: 0, confirmedGaps: 0 };
  let state = await ports.store.close(through);
  for (;;) {
    const step = await sealNext(state, through, ports, now);
    if (!step) break;
    state = step.state;
    report.segments += step.segments;
    report.records += step.records;
    report.confirmedGaps += step.confirmedGaps;
  }
  await publish(state, ports, now);
  return report;
}

/** One segment more; undefined where there is nothing to seal, or another sealer is at it. */
async function sealNext(state: SealingState, through: string, ports: SealingPorts, now: Instant) {
  const { store, log, key } = ports;
  const noted = fewWriters(await store.noted(state.position, through, MAX_LEAVES));
  const last = noted.at(-1);
  if (!last) {
    await store.advance(state, { note: through, taken: 0 });
    return undefined;
  }
  const { position } = last;
  const coverage = await coverageOf(noted, store);
  const { leaves, gaps } = await settle(
    noted.map(({ leaf }) => leaf),
    { log, coverage, leavesOf: rememberedLeaves(store) },
  );
  if (leaves.length === 0) {
    if (!(await store.advance(state, position))) return undefined;
    return { state: { ...state, position }, segments: 0, records: 0, confirmedGaps: 0 };
  }
  const made = sealSegment(
    {
      leaves,
      gaps,
      late: leaves.filter((leaf) => isLate(leaf, coverage)).length,
      through: reached(position.note, state.through),
      sealedAt: toIso(now),
      after: state.head,
    },
    key,
  );
  const { through: reachedTo, keepUntil } = made.seal;
  const kept = await store.commit(state, { ...made, gaps, position, through: reachedTo, keepUntil });
  if (!kept) return undefined;
  return {
    state: { ...state, head: made.head, through: reachedTo, position },
    segments: 1,
    records: leaves.filter(({ kind }) => kind === 'record').length,
    confirmedGaps: gaps.filter(({ confirmed }) => confirmed).length,
  };
}

/** Its chain has been sealed further already. */
const isLate = (leaf: Leaf, coverage: ReadonlyMap<string, Coverage>): boolean =>
  leaf.kind === 'record' && (coverage.get(leaf.link.writer)?.sealed.some(({ to }) => to > leaf.link.sequence) ?? false);

/** A note is named by the moment it was taken at. */
const reached = (note: string, before: string): string => {
  const moment = note.split('#')[0] ?? note;
  return moment > before ? moment : before;
};

function fewWriters(noted: readonly NotedLeaf[]): readonly NotedLeaf[] {
  const writers = new Set<string>();
  const end = noted.findIndex(({ leaf }) => {
    if (leaf.kind === 'record') writers.add(leaf.link.writer);
    return writers.size > MAX_WRITERS;
  });
  return end === -1 ? noted : noted.slice(0, end);
}

async function coverageOf(noted: readonly NotedLeaf[], store: SealStore): Promise<ReadonlyMap<string, Coverage>> {
  const writers = new Set(noted.flatMap(({ leaf }) => (leaf.kind === 'record' ? [leaf.link.writer] : [])));
  return new Map(
    await Promise.all([...writers].map(async (writer) => [writer, await store.coverage(writer)] as const)),
  );
}

function rememberedLeaves(store: SealStore): (segment: number) => Promise<readonly Leaf[]> {
  const read = new Map<number, Promise<readonly Leaf[]>>();
  return (number) => {
    const there = read.get(number) ?? store.segment(number).then((segment) => segment?.leaves ?? []);
    read.set(number, there);
    return there;
  };
}

/** A head is shown to checks only when its seal is where nobody can take it back. */
async function publish(
  { head, archived }: SealingState,
  { store, archive, board }: SealingPorts,
  now: Instant,
): Promise<void> {
  if (!head) return;
  if (archive)
    for (let number = archived + 1; number <= head.segment; number += 1) {
      const segment = await store.segment(number);
      if (!segment) throw new Error(`segment ${number} is not there`);
      // What is archived stays as it is for decades.
      if (!isAsSealed(segment, now)) throw new Error(`the list of segment ${number} is not what was sealed`);
      await archive.put(number, segment);
      await store.markArchived(number);
    }
  await board.show(head satisfies SealHead);
}

const isAsSealed = ({ seal, leaves }: Segment, now: Instant): boolean =>
  heldToRoot(unverified(seal), leaves, toIso(now)).findings.length === 0;
