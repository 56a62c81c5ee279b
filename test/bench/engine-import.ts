import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { DATABASE_FILES, IN_MEMORY } from '../../infra/local/data-folder.ts';
import { startEngine } from '../../infra/local/engine.ts';
import { createTables } from '../../infra/local/tables.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { dynamoClient } from '../../lib/dynamo/client.ts';
import { writeItems } from './export-files.ts';
import { REGION } from './variables.ts';

const run = promisify(execFile);

/** Brings items into a table of a data folder's database, by the engine's own import. Resolves with how many. */
export async function importItems(
  binary: string,
  folder: string,
  table: string,
  items: Iterable<Item>,
): Promise<number> {
  const source = join(folder, 'export');
  const data = join(source, table, 'data');
  const schema = join(folder, 'schema.json');
  await mkdir(data, { recursive: true });
  const count = await writeItems(data, items);
  await writeFile(schema, JSON.stringify(await schemaOf(table)));
  const output = join(folder, DATABASE_FILES.dynoxide);
  await run(binary, ['import', '--source', source, '--schema', schema, '--output', output]);
  await rm(source, { recursive: true });
  return count;
}

/** What DescribeTable says of a table, from an engine that is gone again. */
async function schemaOf(table: string) {
  const { endpoint, stop } = await startEngine({ dataFolder: IN_MEMORY, kind: 'dynoxide' });
  const client = dynamoClient({ endpoint, region: REGION });
  try {
    await createTables(client);
    return [{ Table: (await client.send(new DescribeTableCommand({ TableName: table }))).Table }];
  } finally {
    client.destroy();
    await stop();
  }
}
