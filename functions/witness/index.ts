import * as z from 'zod/mini';
import { archiveClient } from '../../lib/archive/client.ts';
import { s3RecordArchive } from '../../lib/archive/record-archive.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoNoteBook } from '../../lib/dynamo/note-book.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { type Archiving, witnessHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, { AWS_REGION: true, DYNAMODB_ENDPOINT: true, SEALS_TABLE: true, ARCHIVE_BUCKET: true }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });

function archiving(bucket: string): Archiving {
  const { REGISTRY_TABLE } = readEnvironment(process.env, z.pick(Variables, { REGISTRY_TABLE: true }));
  const head = new DynamoHeadStore(client, REGISTRY_TABLE);
  return { archive: s3RecordArchive(archiveClient(env.AWS_REGION), bucket), catalogue: () => head.current() };
}

export const handler = witnessHandler(
  new DynamoNoteBook(client, env.SEALS_TABLE, systemClock),
  env.ARCHIVE_BUCKET === undefined ? undefined : archiving(env.ARCHIVE_BUCKET),
);
