import { PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { SealArchive } from '../seal/ports.ts';

const CONNECT_TIMEOUT_MS = 2_000;
const SOCKET_TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
const NUMBER_DIGITS = 9;
/** `If-None-Match` found it there: an earlier run was stopped after it. */
const PRECONDITION_FAILED = 412;

/** An object-locked bucket: each segment is an object that nobody can change or delete before its time, this service neither. */
export function s3SealArchive(region: string, bucket: string): SealArchive {
  const client = new S3Client({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS },
  });
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
        const isThere = error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED;
        if (!isThere) throw error;
      }
    },
  };
}
