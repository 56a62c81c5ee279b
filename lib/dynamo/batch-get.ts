import { setTimeout } from 'node:timers/promises';
import { BatchGetItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, keyItem } from './attributes.ts';
import { type Key, keyText } from './keys.ts';

const MAX_KEYS = 100;
const FIRST_PAUSE_MS = 20;
const MAX_PAUSE_MS = 200;

/**
 * Reads the items of many keys, strongly consistent, 100 to a request, and asks again for what the engine left
 * unprocessed until the signal aborts. Items that do not exist are absent from the result.
 */
export async function batchGet(
  client: DynamoDBClient,
  table: string,
  keys: readonly Key[],
  signal: AbortSignal,
): Promise<Map<string, Item>> {
  const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
  const chunks = Array.from({ length: Math.ceil(distinct.length / MAX_KEYS) }, (_, index) =>
    distinct.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS),
  );
  const found = await Promise.all(chunks.map((chunk) => readChunk(client, table, chunk, signal)));
  return new Map(found.flat().map((item) => [keyTextOf(item), item]));
}

/** What is read of the item of each id, by id; of an id without an item, or of whose item nothing is read, there is none. */
export async function batchRead<Id, Value>(
  client: DynamoDBClient,
  table: string,
  ids: readonly Id[],
  {
    keyOf,
    valueIn,
    signal,
  }: {
    readonly keyOf: (id: Id) => Key;
    readonly valueIn: (item: Item) => Value | undefined;
    readonly signal: AbortSignal;
  },
): Promise<Map<Id, Value>> {
  const items = await batchGet(client, table, ids.map(keyOf), signal);
  return new Map(
    ids.flatMap((id) => {
      const item = items.get(keyText(keyOf(id)));
      const value = item && valueIn(item);
      return value === undefined ? [] : [[id, value] as const];
    }),
  );
}

/** Not by a schema: every reader parses the whole item by its own. */
function keyTextOf({ pk, sk }: Item): string {
  if (pk?.S === undefined || sk?.S === undefined) throw new TypeError('an item without its key');
  return keyText({ pk: pk.S, sk: sk.S });
}

async function readChunk(
  client: DynamoDBClient,
  table: string,
  keys: readonly Key[],
  signal: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  let pending: Item[] = keys.map(keyItem);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: pending, ConsistentRead: true } } }),
      { abortSignal: signal },
    );
    items.push(...(Responses?.[table] ?? []));
    pending = UnprocessedKeys?.[table]?.Keys ?? [];
    if (pending.length === 0) return items;
    await setTimeout(pause, undefined, { signal });
  }
}
