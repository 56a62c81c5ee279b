import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { DynamoCalendarStore } from '../../lib/dynamo/calendar-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoListingStore } from '../../lib/dynamo/listing-store.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { listingsHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, PERSON_KEYRING: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);
const calendars = new DynamoCalendarStore(client, env.REGISTRY_TABLE);

const ID_BYTES = 12;

export const handler = listingsHandler({
  store: new DynamoListingStore(client, env.REGISTRY_TABLE),
  catalogue: () => head.current(),
  keeping: () => head.keeping(),
  calendars: () => calendars.calendars(),
  violations: new DynamoViolationRegister(client, env.REGISTRY_TABLE),
  ring: parseKeyring(env.PERSON_KEYRING),
  clock: systemClock,
  newId: () => `listing-${randomBytes(ID_BYTES).toString('hex')}`,
});
