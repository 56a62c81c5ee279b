import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoViolationReader } from '../../lib/dynamo/violation-reader.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { violationsHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    RECORD_KEY: true,
  }),
);

const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = violationsHandler({
  register: new DynamoViolationReader(client, env.REGISTRY_TABLE),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
