import { S3Client, S3ServiceException } from '@aws-sdk/client-s3';

const CONNECT_TIMEOUT_MS = 2_000;
const SOCKET_TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
const PRECONDITION_FAILED = 412;

export const archiveClient = (region: string): S3Client =>
  new S3Client({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS, socketTimeout: SOCKET_TIMEOUT_MS },
  });

/** Whether `If-None-Match` found the object there: an earlier run was stopped after it. */
export const isThere = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === PRECONDITION_FAILED;
