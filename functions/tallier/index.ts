import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoTallyStore } from '../../lib/dynamo/tally-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { tallierHandler } from './handler.ts';

/** Of the quarter of an hour that it may run, ten minutes: a day that was begun is finished. */
const BUDGET_MS = 10 * 60_000;

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

export const handler = tallierHandler({
  log: new DynamoCheckLogReader(client, env.CHECK_LOG_TABLE),
  tallies: new DynamoTallyStore(client, env.CHECK_LOG_TABLE),
  callers: () => callers.ids(),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
  budgetMs: BUDGET_MS,
});
