import { createHash } from 'node:crypto';
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

/** A document for each row. */
const OF_A_ROW = /^L#/;

export interface BareWrites {
  readonly rows: number;
  readonly items: number;
  readonly ms: number;
}

/**
 * Writes the lists' items into another table of the same shape, as fast as BatchWriteItem does it alone: those of one
 * partition key in so many, by its hash, so that a sample has items of every kind from all over the table.
 */
export async function bareWrites(endpoint: string, oneIn: number): Promise<BareWrites> {
  const client = localClient(endpoint);
  try {
    await createTables(client, BARE);
    let rows = 0;
    let items = 0;
    let ms = 0;
    for await (const page of paginateScan({ client }, { TableName: TABLE_NAMES.registry })) {
      const found = (page.Items ?? []).filter(({ pk }) => isSampled(pk?.S ?? '', oneIn));
      items += found.length;
      rows += found.filter(({ pk }) => OF_A_ROW.test(pk?.S ?? '')).length;
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
    return { rows, items, ms };
  } finally {
    client.destroy();
  }
}

const isSampled = (pk: string, oneIn: number): boolean =>
  OF_THE_LISTS.test(pk) && createHash('sha256').update(pk).digest().readUInt32BE(0) % oneIn === 0;

const puts = (items: readonly Record<string, AttributeValue>[]) => ({
  [BARE.registry]: items.map((Item) => ({ PutRequest: { Item } })),
});
