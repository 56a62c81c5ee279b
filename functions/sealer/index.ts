import * as z from 'zod/mini';
import { archiveClient } from '../../lib/archive/client.ts';
import { s3SealArchive } from '../../lib/archive/seal-archive.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadBoard } from '../../lib/dynamo/head-board.ts';
import { DynamoRecordLookup } from '../../lib/dynamo/record-lookup.ts';
import { DynamoSealStore } from '../../lib/dynamo/seal-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { sealerHandler } from './handler.ts';

/** Far longer than a put and its retries take, and than the stream is usually behind. */
const SETTLE_MS = 180_000;
const SECOND_MS = 1_000;

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    SEALS_TABLE: true,
    SEALS_BUCKET: true,
    SIGNING_KEYS: true,
    SEAL_AFTER_SECONDS: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = sealerHandler(
  {
    store: new DynamoSealStore(client, env.SEALS_TABLE),
    log: new DynamoRecordLookup(client, env.CHECK_LOG_TABLE),
    archive:
      env.SEALS_BUCKET === undefined ? undefined : s3SealArchive(archiveClient(env.AWS_REGION), env.SEALS_BUCKET),
    board: new DynamoHeadBoard(client, env.REGISTRY_TABLE),
    key: parseSigningKeys(env.SIGNING_KEYS).current,
    settleMs: env.SEAL_AFTER_SECONDS === undefined ? SETTLE_MS : env.SEAL_AFTER_SECONDS * SECOND_MS,
  },
  systemClock,
);
