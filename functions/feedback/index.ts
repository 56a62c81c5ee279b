import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { DynamoCaseReports } from '../../lib/dynamo/case-reports.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoFollowUpReader } from '../../lib/dynamo/follow-up-reader.ts';
import { DynamoFollowUps } from '../../lib/dynamo/follow-up-store.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { feedbackHandler } from './handler.ts';

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

export const handler = feedbackHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  notes: new DynamoNoteWriter(client, env.CHECK_LOG_TABLE),
  followUps: new DynamoFollowUps(client, env.REGISTRY_TABLE),
  open: new DynamoFollowUpReader(client, env.REGISTRY_TABLE),
  catalogue: () => head.current(),
  cases: new DynamoCaseReports(client, env.CHECK_LOG_TABLE),
  callers: () => callers.ids(),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
