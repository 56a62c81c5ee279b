import * as z from 'zod/mini';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoGrantStore } from '../../lib/dynamo/grant-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { grantsHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    PERSON_KEYRING: true,
    RECORD_KEY: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const aliases = new DynamoAliasStore(client, env.REGISTRY_TABLE);

export const handler = grantsHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  grants: new DynamoGrantStore(client, env.CHECK_LOG_TABLE),
  callers: new DynamoCallerStore(client, env.REGISTRY_TABLE),
  violations: new DynamoViolationRegister(client, env.REGISTRY_TABLE),
  resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
  ring: parseKeyring(env.PERSON_KEYRING),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
