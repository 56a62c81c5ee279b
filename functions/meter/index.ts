import * as z from 'zod/mini';
import { DynamoCallerMeter } from '../../lib/dynamo/caller-meter.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoLookMeter } from '../../lib/dynamo/look-meter.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { meterHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = meterHandler(
  new DynamoCallerMeter(client, env.REGISTRY_TABLE),
  new DynamoLookMeter(client, env.REGISTRY_TABLE),
  new DynamoViolationRegister(client, env.REGISTRY_TABLE),
  systemClock,
);
