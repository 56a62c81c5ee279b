import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SealArchive } from '../seal/ports.ts';
import { isThere } from './client.ts';

const NUMBER_DIGITS = 9;

/** An object-locked bucket: each segment is an object that nobody can change or delete before its time, this service neither. */
export function s3SealArchive(client: S3Client, bucket: string): SealArchive {
  return {
    async put(number, segment) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: `seals/${String(number).padStart(NUMBER_DIGITS, '0')}.json`,
            Body: JSON.stringify(segment),
            ContentType: 'application/json',
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        if (!isThere(error)) throw error;
      }
    },
  };
}
