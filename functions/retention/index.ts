import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCheckLogReader } from '../../lib/dynamo/check-log-reader.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoMatterStore } from '../../lib/dynamo/matter-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { retentionHandler } from './handler.ts';

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
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = retentionHandler({
  matters: new DynamoMatterStore(client, env.REGISTRY_TABLE),
  log: new DynamoCheckLogReader(client, env.CHECK_LOG_TABLE),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  callers: () => callers.ids(),
  catalogue: () => head.current(),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
