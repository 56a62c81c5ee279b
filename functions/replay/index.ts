import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { replayHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, CHECK_LOG_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const heads = new DynamoHeadStore(client, env.REGISTRY_TABLE);
const standings = new DynamoStandingStore(client, env.REGISTRY_TABLE);

export const handler = replayHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  catalogue: (version) => heads.body(version),
  head: (sequence) => heads.at(sequence),
  history: (key) => standings.history(key),
  clock: systemClock,
});
