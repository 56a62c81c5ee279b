import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { s3Client } from '../../lib/intake-edge/client.ts';
import { IntakeFlow } from '../../lib/intake-edge/flow.ts';
import { S3Links } from '../../lib/intake-edge/links.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { importsHandler } from './handler.ts';

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    INTAKE_BUCKET: true,
    INTAKE_FLOW: true,
    INTAKE_ENDPOINT: true,
  }),
);
const client = dynamoClient({ region: env.AWS_REGION, endpoint: env.DYNAMODB_ENDPOINT });
const intake = { region: env.AWS_REGION, endpoint: env.INTAKE_ENDPOINT };
const imports = new DynamoImportStore(client, env.REGISTRY_TABLE);
const head = new DynamoHeadStore(client, env.REGISTRY_TABLE);

export const handler = importsHandler({
  imports: {
    create: (created) => imports.create(created),
    read: (id) => imports.read(id),
    change: (id, next) => imports.change(id, next),
    pieces: (id, step) => imports.pieces(id, step),
    sources: (ids) => imports.sources(ids),
    inState: (state, before, limit) => imports.inState(state, before, limit),
    conflicts: (kind, after, limit) => imports.conflicts(kind, after, limit),
  },
  links: new S3Links(s3Client(intake), env.INTAKE_BUCKET),
  flow: new IntakeFlow(intake, env.INTAKE_FLOW),
  catalogue: () => head.current(),
  head: () => head.read(),
  newId: randomUUID,
  clock: systemClock,
});
