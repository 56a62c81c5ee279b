import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { keptLog } from '../../lib/dynamo/kept-log.ts';
import { DynamoLookWriter } from '../../lib/dynamo/look-writer.ts';
import { DynamoSealReader } from '../../lib/dynamo/seal-reader.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { proofHandler } from './handler.ts';

/** What the sealer waits, and the minute of its schedule, and one for the stream. */
const SEALED_WITHIN_MS = 300_000;

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    SEALS_TABLE: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = proofHandler({
  log: keptLog(client, { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE }, systemClock),
  looks: new DynamoLookWriter(client, env.CHECK_LOG_TABLE),
  seals: new DynamoSealReader(client, env.SEALS_TABLE),
  clock: systemClock,
  sealedWithin: SEALED_WITHIN_MS,
});
