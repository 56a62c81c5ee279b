import * as z from 'zod/mini';
import { DynamoAliasSubjects } from '../../lib/dynamo/alias-subjects.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoCoverage } from '../../lib/dynamo/coverage-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoViolationRegister } from '../../lib/dynamo/violation-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { reconciliationHandler } from './handler.ts';

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
const aliases = new DynamoAliasSubjects(client, env.REGISTRY_TABLE);

export const handler = reconciliationHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  coverage: new DynamoCoverage(client, env.CHECK_LOG_TABLE),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  violations: new DynamoViolationRegister(client, env.REGISTRY_TABLE),
  resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
  ring: parseKeyring(env.PERSON_KEYRING),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
