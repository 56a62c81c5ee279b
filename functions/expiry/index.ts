import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { expiryPorts } from '../../lib/dynamo/expiry-ports.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { expiryHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, REGISTRY_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = expiryHandler(expiryPorts(client, env.REGISTRY_TABLE, systemClock));
