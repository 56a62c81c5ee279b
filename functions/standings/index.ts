import * as z from 'zod/mini';
import { abolitionsOf } from '../../lib/dynamo/abolitions.ts';
import { DynamoAliasSubjects } from '../../lib/dynamo/alias-subjects.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { standingsHandler } from './handler.ts';

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
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = standingsHandler({
  standings: new DynamoStandingStore(client, env.REGISTRY_TABLE),
  resolving: { ring: parseKeyring(env.PERSON_KEYRING), subjectsOf: (alias) => aliases.subjectsOf(alias) },
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  abolitions: () => abolitionsOf(head),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
