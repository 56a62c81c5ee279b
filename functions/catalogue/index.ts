import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { readEnvironment } from '../../lib/edge/env.ts';
import { catalogueHandler } from './handler.ts';

const env = readEnvironment(process.env, 'AWS_REGION', 'DYNAMODB_ENDPOINT', 'REGISTRY_TABLE');

export const handler = catalogueHandler(
  new DynamoHeadStore(dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT }), env.REGISTRY_TABLE),
);
