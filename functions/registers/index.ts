import * as z from 'zod/mini';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { registersHandler } from './handler.ts';

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
const calendars = new DynamoCalendarStore(client, env.REGISTRY_TABLE);
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = registersHandler({
  store: new DynamoListingStore(client, env.REGISTRY_TABLE),
  aliases: new DynamoAliasStore(client, env.REGISTRY_TABLE),
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  keeping: () => head.keeping(),
  calendars: () => calendars.calendars(),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
