import * as z from 'zod/mini';
import { abolitionsOf } from '../../lib/dynamo/abolitions.ts';
import { DynamoAliasStore } from '../../lib/dynamo/alias-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { aliasesHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, RECORD_KEY: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = aliasesHandler({
  aliases: new DynamoAliasStore(client, env.REGISTRY_TABLE),
  abolitions: () => abolitionsOf(head),
  recordKey: Buffer.from(env.RECORD_KEY, 'base64'),
  clock: systemClock,
});
