import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { TABLES, type TableShape } from '../../lib/dynamo/tables.ts';
import { StartFailure } from './start-failure.ts';

/** What each table is called on this engine. */
export type TableNames = { readonly [T in keyof typeof TABLES]: string };

export const TABLE_NAMES: TableNames = {
  registry: TABLES.registry.name,
  checkLog: TABLES.checkLog.name,
  seals: TABLES.seals.name,
};

/** Seconds. */
const ACTIVE_TIMEOUT = 30;

/**
 * Makes the tables that are missing.
 * @throws StartFailure when one is there with other keys or indexes: it was made by another version
 */
export async function createTables(client: DynamoDBClient, names: TableNames = TABLE_NAMES): Promise<void> {
  await createTable(client, names.registry, TABLES.registry);
  await createTable(client, names.checkLog, TABLES.checkLog);
  await createTable(client, names.seals, TABLES.seals);
}

async function createTable(client: DynamoDBClient, name: string, shape: TableShape): Promise<void> {
  const input = tableInput(name, shape);
  try {
    await client.send(new CreateTableCommand(input));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  let { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
  if (table?.TableStatus !== 'ACTIVE') {
    await waitUntilTableExists({ client, maxWaitTime: ACTIVE_TIMEOUT, minDelay: 1 }, { TableName: name });
    table = (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  }
  if (keysAndIndexes(table) !== keysAndIndexes(input)) {
    throw new StartFailure(
      `The table ${name} was made by another version of Grantgate: delete the data folder to start afresh.`,
    );
  }
  if (shape.ttl !== undefined) await enableTimeToLive(client, name, shape.ttl);
}

function tableInput(name: string, shape: TableShape): CreateTableCommandInput & { TableName: string } {
  const indexes = Object.entries(shape.indexes);
  const attributes = [shape, ...Object.values(shape.indexes)].flatMap((keys) => [keys.partitionKey, keys.sortKey]);
  return {
    TableName: name,
    KeySchema: keySchema(shape),
    AttributeDefinitions: [...new Set(attributes)].map((attribute) => ({
      AttributeName: attribute,
      AttributeType: 'S',
    })),
    ...(indexes.length > 0 && {
      GlobalSecondaryIndexes: indexes.map(([indexName, index]) => ({
        IndexName: indexName,
        KeySchema: keySchema(index),
        Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.projected] },
      })),
    }),
    BillingMode: 'PAY_PER_REQUEST',
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  };
}

const keySchema = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => [
  { AttributeName: partitionKey, KeyType: 'HASH' as const },
  { AttributeName: sortKey, KeyType: 'RANGE' as const },
];

/** A text that is the same for two tables that answer the same queries. */
function keysAndIndexes(table: TableDescription | CreateTableCommandInput | undefined): string {
  const keys = (schema: { AttributeName?: string | undefined }[] = []) => schema.map((key) => key.AttributeName);
  const indexes = (table?.GlobalSecondaryIndexes ?? []).map((index) => [
    index.IndexName,
    keys(index.KeySchema),
    [...(index.Projection?.NonKeyAttributes ?? [])].sort(),
  ]);
  return JSON.stringify([keys(table?.KeySchema), indexes.sort()]);
}

async function enableTimeToLive(client: DynamoDBClient, name: string, attribute: string): Promise<void> {
  const { TimeToLiveDescription: now } = await client.send(new DescribeTimeToLiveCommand({ TableName: name }));
  if (now?.AttributeName === attribute) return;
  await client.send(
    new UpdateTimeToLiveCommand({
      TableName: name,
      TimeToLiveSpecification: { AttributeName: attribute, Enabled: true },
    }),
  );
}
