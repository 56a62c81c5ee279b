import * as z from 'zod/mini';
import { DynamoAlertBook } from '../../lib/dynamo/alert-book.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { alertsHandler } from './handler.ts';

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
const callers = new DynamoCallerStore(client, env.REGISTRY_TABLE);

export const handler = alertsHandler({
  book: new DynamoAlertBook(client, env.REGISTRY_TABLE),
  matters: new DynamoMatterStore(client, env.REGISTRY_TABLE),
  callers: () => callers.ids(),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
