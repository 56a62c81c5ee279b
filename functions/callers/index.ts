import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { readEnvironment } from '../../lib/edge/env.ts';
import { callersHandler } from './handler.ts';

const env = readEnvironment(process.env, 'AWS_REGION', 'DYNAMODB_ENDPOINT', 'REGISTRY_TABLE');

export const handler = callersHandler(
  new DynamoCallerStore(dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT }), env.REGISTRY_TABLE),
);
