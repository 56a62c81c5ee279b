import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { callersHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true }),
);

export const handler = callersHandler(
  new DynamoCallerStore(dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT }), env.REGISTRY_TABLE),
);
