import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoNoteBook } from '../../lib/dynamo/note-book.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { witnessHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, SEALS_TABLE: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

export const handler = witnessHandler(new DynamoNoteBook(client, env.SEALS_TABLE, systemClock));
