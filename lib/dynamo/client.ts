import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Milliseconds. The SDK has no request timeout of its own, and without the throw it only warns. */
const CONNECT_TIMEOUT = 500;
const REQUEST_TIMEOUT = 700;
const ATTEMPTS = 3;
const MAX_SOCKETS = 50;

export interface ClientOptions {
  /** Only for the embedded engine; on AWS the SDK knows. */
  readonly endpoint?: string | undefined;
  readonly region: string;
  /** Milliseconds of one attempt, where nobody waits at a counter. */
  readonly requestTimeout?: number;
}

/** A client whose attempts end well before a check's own deadline, which bounds them all together. */
export function dynamoClient({ endpoint, region, requestTimeout = REQUEST_TIMEOUT }: ClientOptions): DynamoDBClient {
  const client = new DynamoDBClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout,
      throwOnRequestTimeout: true,
      [endpoint?.startsWith('http:') ? 'httpAgent' : 'httpsAgent']: { maxSockets: MAX_SOCKETS, keepAlive: true },
    },
    ...(endpoint !== undefined && { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
  // It copies every input and every output for a logger that nobody has given, a sixth of what a page of the log takes.
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
