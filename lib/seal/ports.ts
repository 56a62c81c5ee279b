import type { SealHead } from '../check/seal-head.ts';
import type { Leaf, RecordLeaf } from './leaf.ts';
import type { Gap, Segment } from './seal.ts';

/** How far the notes have been taken: every leaf up to this one. Sorts as text. */
export interface NotePosition {
  readonly note: string;
  /** Leaves taken of that note. */
  readonly taken: number;
}

/** One leaf that the log's stream brought, and where the next one begins. */
export interface NotedLeaf {
  readonly leaf: Leaf;
  readonly position: NotePosition;
}

/** Where sealing stands. */
export interface SealingState {
  readonly head: SealHead | undefined;
  /** What the last seal reaches up to, ISO 8601; empty before the first. */
  readonly through: string;
  readonly position: NotePosition;
  /** The last segment that is also in the archive; 0 for none. */
  readonly archived: number;
}

/** Places of one writer that one segment holds. */
interface Covered {
  readonly from: number;
  readonly to: number;
  readonly segment: number;
}

/** What of a writer's chain has been settled. */
export interface Coverage {
  readonly sealed: readonly Covered[];
  readonly gaps: readonly Pick<Gap, 'from' | 'to'>[];
}

/** A segment with all that is kept of it. */
export interface NewSegment {
  readonly segment: Segment;
  readonly head: SealHead;
  readonly through: string;
  readonly keepUntil: string;
  readonly gaps: readonly Gap[];
  readonly position: NotePosition;
}

/** Seals, and which of them covers what. */
export interface SealReader {
  coverage(writer: string): Promise<Coverage>;
  segment(number: number): Promise<Segment | undefined>;
}

/** Seals and what leads to them: apart from the log, and not to be written by whoever writes the log. */
export interface SealStore extends SealReader {
  /** From now on no note is taken up to this moment: one that comes later is noted later. Resolves with where sealing stands. */
  close(through: string): Promise<SealingState>;
  /** The leaves noted after a position up to a moment, in order, at most so many. */
  noted(after: NotePosition, through: string, limit: number): Promise<NotedLeaf[]>;
  /** Keeps a segment whole or not at all; false where another sealer came first. */
  commit(before: SealingState, made: NewSegment): Promise<boolean>;
  /** Moves on where nothing new was noted; false where another sealer came first. */
  advance(before: SealingState, position: NotePosition): Promise<boolean>;
  markArchived(number: number): Promise<void>;
}

/** Where a gap is settled: one consistent read of the log. */
export interface RecordLookup {
  leaf(id: string): Promise<RecordLeaf | undefined>;
}

/** A place of which not even the service can take a seal back. Archiving a segment again is no error. */
export interface SealArchive {
  put(number: number, segment: Segment): Promise<void>;
}

/** Where every check reads the head of the last seal. */
export interface HeadBoard {
  show(head: SealHead): Promise<void>;
}
