import { createHash } from 'node:crypto';
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Stack } from '../../infra/local/stack.ts';

type Item = Record<string, AttributeValue>;

/** Every item of a table, from the engine itself: what the product wrote is counted from outside. */
async function itemsOf({ endpoint }: Stack, TableName: string): Promise<Item[]> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials });
  try {
    const items: Item[] = [];
    for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true })) {
      items.push(...(page.Items ?? []));
    }
    return items;
  } finally {
    client.destroy();
  }
}

/** The ids of all check records in the log. */
export async function recordIds(stack: Stack): Promise<string[]> {
  const items = await itemsOf(stack, stack.checkLogTable);
  return items.filter(({ sk }) => sk?.S === 'R').map(({ pk }) => (pk?.S ?? '').replace(/^C#/, ''));
}

/** A subject's standing version and number of events, and a digest of all that the Registry holds of the lists. */
export async function registryOf(stack: Stack, subject: string) {
  const items = await itemsOf(stack, stack.registryTable);
  const own = items.filter(({ pk }) => pk?.S === `S#${subject}`);
  const texts = items.filter(({ pk }) => /^[SLA]#/.test(pk?.S ?? '')).map(textOf);
  return {
    version: Number(own.find(({ sk }) => sk?.S === 'S')?.ver?.N),
    events: own.filter(({ sk }) => sk?.S?.startsWith('E#')).length,
    digest: createHash('sha256').update(texts.toSorted().join('\n')).digest('hex'),
  };
}

/** The engine gives the attributes of an item in any order. */
const textOf = (item: Item): string => JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)));
