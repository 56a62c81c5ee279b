import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Milliseconds. The SDK has no request timeout of its own, and without the throw it only warns. */
const CONNECT_TIMEOUT = 250;
const REQUEST_TIMEOUT = 400;
const ATTEMPTS = 3;
const MAX_SOCKETS = 50;

export interface ClientOptions {
  /** Only for the embedded engine; on AWS the SDK knows. */
  readonly endpoint?: string | undefined;
  readonly region: string;
}

/** A client that answers or fails within a fraction of the two seconds that a caller is promised. */
export function dynamoClient({ endpoint, region }: ClientOptions): DynamoDBClient {
  return new DynamoDBClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
      [endpoint?.startsWith('http:') ? 'httpAgent' : 'httpsAgent']: { maxSockets: MAX_SOCKETS, keepAlive: true },
    },
    ...(endpoint !== undefined && { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
}
