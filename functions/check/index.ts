import './interpreted.ts';
import { createSecretKey } from 'node:crypto';
import * as z from 'zod/mini';
import { WriterChain } from '../../lib/check/chain.ts';
import { Quota } from '../../lib/check/quota.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoRegistryReader } from '../../lib/dynamo/registry-reader.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { receiptSigner } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { checkHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    CHECK_LOG_TABLE: true,
    PERSON_KEYRING: true,
    RECORD_KEY: true,
    SIGNING_KEYS: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = checkHandler({
  registry: new DynamoRegistryReader(client, env.REGISTRY_TABLE),
  log: new DynamoCheckLogWriter(client, env.CHECK_LOG_TABLE),
  chain: new WriterChain(),
  clock: systemClock,
  quota: new Quota(),
  ring: parseKeyring(env.PERSON_KEYRING),
  receipts: receiptSigner(parseSigningKeys(env.SIGNING_KEYS).current),
  recordKey: createSecretKey(env.RECORD_KEY, 'base64'),
});
