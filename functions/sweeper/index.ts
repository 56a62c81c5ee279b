import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoHeldTerms } from '../../lib/dynamo/held-terms.ts';
import { DynamoPapersStore } from '../../lib/dynamo/papers-store.ts';
import { DynamoSweepStore } from '../../lib/dynamo/sweep-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { sweeperHandler } from './handler.ts';

/** A minute less than the function may run: a record that was begun is finished. */
const BUDGET_MS = 4 * 60_000;

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true, CHECK_LOG_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

const tables = { registry: env.REGISTRY_TABLE, checkLog: env.CHECK_LOG_TABLE };
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = sweeperHandler({
  terms: new DynamoHeldTerms(client, tables),
  records: new DynamoSweepStore(client, tables),
  papers: new DynamoPapersStore(client, env.REGISTRY_TABLE),
  papersRule: () => head.papersRule(),
  clock: systemClock,
  budgetMs: BUDGET_MS,
});
