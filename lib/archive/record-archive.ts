import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { ArchivedItem, RecordArchive } from '../retention/archive.ts';
import { isThere } from './client.ts';

/** Puts under way at once: a batch of the stream is well within its time. */
const AT_ONCE = 25;

/** An object-locked bucket with a copy of every record: each item is an object, locked for as long as its record is kept at least. */
export function s3RecordArchive(client: S3Client, bucket: string): RecordArchive {
  const put = async ({ name, line, lockedUntil }: ArchivedItem): Promise<void> => {
    try {
      await client.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: name,
          Body: line,
          ContentType: 'application/json',
          IfNoneMatch: '*',
          ObjectLockMode: 'GOVERNANCE',
          ObjectLockRetainUntilDate: new Date(lockedUntil),
        }),
      );
    } catch (error) {
      if (!isThere(error)) throw error;
    }
  };
  return {
    async keep(items) {
      for (let from = 0; from < items.length; from += AT_ONCE)
        await Promise.all(items.slice(from, from + AT_ONCE).map(put));
    },
  };
}
