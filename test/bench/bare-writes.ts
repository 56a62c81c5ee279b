import {
  type AttributeValue,
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  paginateScan,
} from '@aws-sdk/client-dynamodb';
import { localClient } from '../../infra/local/stack.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';

const BARE = { ...TABLE_NAMES, registry: 'BareRegistry', checkLog: 'BareCheckLog' };
/** DynamoDB's own bound. */
const ITEMS_A_BATCH = 25;
/** Of subjects, listings and aliases: the import's own notes are no part of the lists. */
const OF_THE_LISTS = /^[SLA]#/;

/** Writes every item of the lists into another table of the same shape, as fast as BatchWriteItem does it alone. */
export async function bareWrites(endpoint: string): Promise<{ items: number; ms: number }> {
  const client = localClient(endpoint);
  try {
    await createTables(client, BARE);
    let items = 0;
    let ms = 0;
    for await (const page of paginateScan({ client }, { TableName: TABLE_NAMES.registry })) {
      const found = (page.Items ?? []).filter(({ pk }) => OF_THE_LISTS.test(pk?.S ?? ''));
      items += found.length;
      const started = performance.now();
      for (let at = 0; at < found.length; at += ITEMS_A_BATCH) {
        let pending: BatchWriteItemCommandInput['RequestItems'] = puts(found.slice(at, at + ITEMS_A_BATCH));
        while (pending && Object.keys(pending).length > 0) {
          const answer: BatchWriteItemCommandOutput = await client.send(
            new BatchWriteItemCommand({ RequestItems: pending }),
          );
          pending = answer.UnprocessedItems;
        }
      }
      ms += performance.now() - started;
    }
    return { items, ms };
  } finally {
    client.destroy();
  }
}

const puts = (items: readonly Record<string, AttributeValue>[]) => ({
  [BARE.registry]: items.map((Item) => ({ PutRequest: { Item } })),
});
