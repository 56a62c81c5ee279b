import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoFollowUps } from '../../lib/dynamo/follow-up-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { determinationHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, CHECK_LOG_TABLE: true, REGISTRY_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = determinationHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  callers: new DynamoCallerStore(client, env.REGISTRY_TABLE),
  notes: new DynamoNoteWriter(client, env.CHECK_LOG_TABLE),
  followUps: new DynamoFollowUps(client, env.REGISTRY_TABLE),
  clock: systemClock,
});
