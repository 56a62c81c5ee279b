import * as z from 'zod/mini';
import { DynamoAliasSubjects } from '../../lib/dynamo/alias-subjects.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoLookReader } from '../../lib/dynamo/look-reader.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { looksHandler } from './handler.ts';

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
const reader = new DynamoLookReader(client, env.CHECK_LOG_TABLE);
const writer = new DynamoLookWriter(client, env.CHECK_LOG_TABLE);
const aliases = new DynamoAliasSubjects(client, env.REGISTRY_TABLE);

export const handler = looksHandler({
  reader,
  writer,
  resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
  ring: parseKeyring(env.PERSON_KEYRING),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
