import { createHash } from 'node:crypto';

/** Over so many partitions of an index a large list is spread, so that it does not wear out one. */
export const BUCKETS = 16;

/** The bucket of a key: of a subject's rows the subject's, so that they share one; consecutive keys part. */
export const bucketOf = (key: string): number => createHash('sha256').update(key).digest().readUInt8(0) % BUCKETS;
