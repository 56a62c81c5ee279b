import * as z from 'zod/mini';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { aliasesHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, RECORD_KEY: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = aliasesHandler({
  aliases: new DynamoAliasStore(client, env.REGISTRY_TABLE),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
