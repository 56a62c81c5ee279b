import { createHash } from 'node:crypto';
import type { SubjectKey } from '../subject/key.ts';

/** A source is spread over this many partitions of its index, so that a large list does not wear out one. */
export const SOURCE_BUCKETS = 16;

/** Bytes of a file for which one part of each bucket is enough: a piece is held in memory, a file never is. */
const BYTES_PER_PART = SOURCE_BUCKETS * 2 * 1024 * 1024;
const MAX_PARTS = 64;
/** Other bits than those that choose the bucket. */
const PART_OFFSET = 1;

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** The bucket of a key: of a subject's rows the subject's, so that they share one; consecutive keys part. */
export const bucketOf = (key: string): number => digestOf(key).readUInt8(0) % SOURCE_BUCKETS;

/** Into how many parts each bucket of a file of so many bytes is divided. */
export const partsFor = (bytes: number): number => Math.min(MAX_PARTS, Math.max(1, Math.ceil(bytes / BYTES_PER_PART)));

/** The part of its bucket in which a subject's rows are planned and written. */
export const partOf = (subject: SubjectKey, parts: number): number =>
  digestOf(subject).readUInt32BE(PART_OFFSET) % parts;

/** What one worker plans or writes at a time, by name: `07-3`. */
export const pieceName = (bucket: number, part: number): string => `${String(bucket).padStart(2, '0')}-${part}`;

/** A file below this is compared in one step: every step has its price. */
const SMALL_BYTES = 1024 * 1024;

/** The buckets in ranges, each compared in a step of its own: `0-15`, or `0-0`, `1-1` and so on for a large file. */
export const bucketRanges = (bytes: number): string[] =>
  bytes < SMALL_BYTES
    ? [`0-${SOURCE_BUCKETS - 1}`]
    : Array.from({ length: SOURCE_BUCKETS }, (_, bucket) => `${bucket}-${bucket}`);

/** The buckets of such a range. */
export function bucketsIn(range: string): number[] {
  const [from = 0, to = from] = range.split('-').map(Number);
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
