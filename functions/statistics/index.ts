import * as z from 'zod/mini';
import { DynamoAnsweredChecks } from '../../lib/dynamo/answered-checks.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoCoverage } from '../../lib/dynamo/coverage-store.ts';
import { delistingPorts } from '../../lib/dynamo/delisting-ports.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoTallyStore } from '../../lib/dynamo/tally-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { statisticsHandler } from './handler.ts';

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

export const handler = statisticsHandler({
  log: new DynamoCheckLogReader(client, env.CHECK_LOG_TABLE),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  tallies: new DynamoTallyStore(client, env.CHECK_LOG_TABLE),
  exits: delistingPorts(client, env.REGISTRY_TABLE),
  grants: new DynamoCoverage(client, env.CHECK_LOG_TABLE),
  answered: new DynamoAnsweredChecks(client, env.REGISTRY_TABLE),
  callers: () => callers.ids(),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
