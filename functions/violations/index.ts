import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoViolationReader } from '../../lib/dynamo/violation-reader.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { violationsHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, RECORD_KEY: true }),
);

export const handler = violationsHandler({
  register: new DynamoViolationReader(
    dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT }),
    env.REGISTRY_TABLE,
  ),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
});
