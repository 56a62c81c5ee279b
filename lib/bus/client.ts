import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

/** Milliseconds. The SDK has no request timeout of its own, and without the throw it only warns. */
const CONNECT_TIMEOUT = 1_000;
const REQUEST_TIMEOUT = 3_000;
/** What was refused is sent again by who sends it, and not a second time below it. */
const ATTEMPTS = 1;

export interface ClientOptions {
  /** Only for what stands in for EventBridge; on AWS the SDK knows. */
  readonly endpoint?: string | undefined;
  readonly region: string;
}

export const eventBridgeClient = ({ endpoint, region }: ClientOptions): EventBridgeClient =>
  new EventBridgeClient({
    region,
    maxAttempts: ATTEMPTS,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
    ...(endpoint !== undefined && { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  });
