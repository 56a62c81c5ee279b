import { createHash } from 'node:crypto';
import { BUCKETS } from '../kernel/buckets.ts';
import type { SubjectKey } from '../subject/key.ts';
import { isGzip } from './gunzip.ts';
import { isZip } from './zip-parts.ts';

/** Bytes of a file for which one part of each bucket is enough: a piece is held in memory, a file never is. */
const BYTES_PER_PART = BUCKETS * 1024 * 1024;
const MAX_PARTS = 64;
/** Other bits than those that choose the bucket. */
const PART_OFFSET = 1;

/** So many bytes of text are in a packed byte, at most: of a list, a fifth to a twentieth is left. */
const TEXT_IN_PACKED = 20;

/** How much text is to be read, by the size of the file and its first bytes. */
export const textBytes = (bytes: number, head: Uint8Array): number =>
  isGzip(head) || isZip(head) ? bytes * TEXT_IN_PACKED : bytes;

/** Into how many parts each bucket of so many bytes of text is divided. */
export const partsFor = (bytes: number): number => Math.min(MAX_PARTS, Math.max(1, Math.ceil(bytes / BYTES_PER_PART)));

/** The part of its bucket in which a subject's rows are planned and written. */
export const partOf = (subject: SubjectKey, parts: number): number =>
  createHash('sha256').update(subject).digest().readUInt32BE(PART_OFFSET) % parts;

/** What one worker plans or writes at a time, by name: `07-3`. */
export const pieceName = (bucket: number, part: number): string => `${String(bucket).padStart(2, '0')}-${part}`;

/** A file below this is compared in one step: every step has its price. */
const SMALL_BYTES = 1024 * 1024;

/** The buckets in ranges, each compared in a step of its own: `0-15`, or `0-0`, `1-1` and so on for a large file. */
export const bucketRanges = (bytes: number): string[] =>
  bytes < SMALL_BYTES ? [`0-${BUCKETS - 1}`] : Array.from({ length: BUCKETS }, (_, bucket) => `${bucket}-${bucket}`);

/** The buckets of such a range. */
export function bucketsIn(range: string): number[] {
  const [from = 0, to = from] = range.split('-').map(Number);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
