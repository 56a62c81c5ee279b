import { S3Client } from '@aws-sdk/client-s3';

/** Milliseconds. A file is read for as long as it takes; only a silence ends it. */
const CONNECT_TIMEOUT = 2_000;
const SOCKET_TIMEOUT = 20_000;
const ATTEMPTS = 4;

export interface ClientOptions {
  /** Only for the local stand-in. */
  readonly endpoint?: string | undefined;
  readonly region: string;
}

/** For the local stand-in, which checks none. */
export const LOCAL_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

export const s3Client = ({ endpoint, region }: ClientOptions): S3Client =>
  new S3Client({
    region,
    maxAttempts: ATTEMPTS,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT, socketTimeout: SOCKET_TIMEOUT },
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true, credentials: LOCAL_CREDENTIALS }),
  });
