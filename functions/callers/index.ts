import * as z from 'zod/mini';
import { DynamoCallerStore } from '../../lib/dynamo/caller-store.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { callersHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true }),
);

const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const callers = new DynamoCallerStore(client, env.REGISTRY_TABLE);
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = callersHandler({
  read: (id) => callers.read(id),
  history: (id) => callers.history(id),
  ids: () => callers.ids(),
  move: (event, before) => callers.move(event, before),
  clock: systemClock,
  scenes: async () => (await head.current()).scenes.map(({ code }) => code),
});
