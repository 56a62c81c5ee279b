import * as z from 'zod/mini';
import { DynamoAliasSubjects } from '../../lib/dynamo/alias-subjects.ts';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoListingSubject } from '../../lib/dynamo/listing-subject.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { reviewHandler } from './handler.ts';

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
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);
const callers = new DynamoCallerStore(client, env.REGISTRY_TABLE);
const listings = new DynamoListingSubject(client, env.REGISTRY_TABLE);
const aliases = new DynamoAliasSubjects(client, env.REGISTRY_TABLE);

export const handler = reviewHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  notes: new DynamoNoteWriter(client, env.CHECK_LOG_TABLE),
  catalogue: () => head.current(),
  callers: () => callers.ids(),
  resolve: (value) => aliases.subjectsOf({ scheme: 'registration-no', value }),
  subjectOf: (listing) => listings.of(listing),
  ring: parseKeyring(env.PERSON_KEYRING),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
