import * as z from 'zod/mini';
import { refreshed } from '../../lib/catalogue/change.ts';
import { aliasResolver } from '../../lib/dynamo/alias-resolver.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { DynamoHeadStore } from '../../lib/dynamo/head-store.ts';
import { DynamoImportStore } from '../../lib/dynamo/import-store.ts';
import { DynamoNameIndex } from '../../lib/dynamo/name-index.ts';
import { DynamoSourceIndex } from '../../lib/dynamo/source-index.ts';
import { DynamoStandingStore } from '../../lib/dynamo/standing-store.ts';
import { readEnvironment, Variables } from '../../lib/edge/env.ts';
import { errorName, log, metric } from '../../lib/edge/telemetry.ts';
import { s3Client } from '../../lib/intake-edge/client.ts';
import { S3IntakeObjects } from '../../lib/intake-edge/objects.ts';
import { systemClock } from '../../lib/kernel/clock.ts';
import { watchListsOf } from '../../lib/listing/promotion.ts';
import { parseKeyring } from '../../lib/subject/key.ts';
import { intakeHandler } from './handler.ts';

/** A transaction of a hundred items, while nobody waits. */
const REQUEST_TIMEOUT_MS = 15_000;

const env = readEnvironment(
  process.env,
  z.pick(Variables, {
    AWS_REGION: true,
    DYNAMODB_ENDPOINT: true,
    REGISTRY_TABLE: true,
    PERSON_KEYRING: true,
    INTAKE_BUCKET: true,
    INTAKE_ENDPOINT: true,
  }),
);
const region = env.AWS_REGION;
const table = env.REGISTRY_TABLE;
const client = dynamoClient({ region, endpoint: env.DYNAMODB_ENDPOINT, requestTimeout: REQUEST_TIMEOUT_MS });
const heads = new DynamoHeadStore(client, table);

export const handler = intakeHandler({
  imports: new DynamoImportStore(client, table),
  objects: new S3IntakeObjects(s3Client({ region, endpoint: env.INTAKE_ENDPOINT }), env.INTAKE_BUCKET),
  store: new DynamoStandingStore(client, table),
  index: new DynamoSourceIndex(client, table),
  names: new DynamoNameIndex(client, table),
  resolve: aliasResolver(client, table),
  catalogue: () => heads.current(),
  watchLists: async () => {
    const [catalogue, keeping] = await Promise.all([heads.current(), heads.keeping()]);
    return keeping ? watchListsOf(keeping, catalogue) : [];
  },
  refresh: async (source, asOf) => {
    await heads.change((before) => refreshed(before, source, asOf));
  },
  notWritten: ({ units, ...where }, cause) =>
    log('error', 'ListRowsUnwritten', { ...where, items: units, error: errorName(cause) }, [
      metric('ListRowsUnwritten', 1, 'Count'),
    ]),
  ring: parseKeyring(env.PERSON_KEYRING),
  clock: systemClock,
});
