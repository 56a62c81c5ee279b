import * as z from 'zod/mini';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { catalogueHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true }),
);

const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = catalogueHandler(
  new DynamoHeadStore(client, env.REGISTRY_TABLE),
  new DynamoCalendarStore(client, env.REGISTRY_TABLE),
  systemClock,
);
