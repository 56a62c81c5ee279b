import * as z from 'zod/mini';
import { DynamoCallerMeter } from '../../lib/dynamo/caller-meter.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoFollowUps } from '../../lib/dynamo/follow-up-store.ts';
import { DynamoLookMeter } from '../../lib/dynamo/look-meter.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { DynamoTombstoneReader } from '../../lib/dynamo/tombstone-reader.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { meterHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, CHECK_LOG_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = meterHandler({
  meter: new DynamoCallerMeter(client, env.REGISTRY_TABLE),
  looks: new DynamoLookMeter(client, env.REGISTRY_TABLE),
  violations: new DynamoViolationRegister(client, env.REGISTRY_TABLE),
  matters: new DynamoMatterStore(client, env.REGISTRY_TABLE),
  tombstones: new DynamoTombstoneReader(client, env.CHECK_LOG_TABLE, systemClock),
  followUps: new DynamoFollowUps(client, env.REGISTRY_TABLE),
  clock: systemClock,
});
