import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { CheckLogWriter } from '../check/ports.ts';
import type { CheckRecord } from '../check/record.ts';
import type { Item } from './attributes.ts';
import { itemsOf, recordIn } from './check-log-items.ts';

const FIRST_PAUSE_MS = 20;
const NEW_ONLY = {
  ConditionExpression: 'attribute_not_exists(pk)',
  // A lost answer to our own write fails the retry's condition: the item that stands there tells whose it is.
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

/** Appends to the CheckLog: a single item is put, several go in one transaction; nothing is ever overwritten. */
export class DynamoCheckLogWriter implements CheckLogWriter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(record: CheckRecord, signal: AbortSignal): Promise<CheckRecord | undefined> {
    const items = itemsOf(record);
    const standing = items.length === 1 ? await this.#put(items[0], signal) : await this.#transact(items, signal);
    if (!standing) return undefined;
    const existing = recordIn(standing);
    if (!existing) throw new Error('part of a record stands there without it');
    return existing.nonce === record.nonce ? undefined : existing;
  }

  /** Resolves with what stood in the way. */
  async #put(item: Item, signal: AbortSignal): Promise<Item[] | undefined> {
    try {
      await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item, ...NEW_ONLY }), {
        abortSignal: signal,
      });
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return [error.Item];
      throw error;
    }
  }

  async #transact(items: readonly Item[], signal: AbortSignal): Promise<Item[] | undefined> {
    const command = new TransactWriteItemsCommand({
      TransactItems: items.map((Item) => ({ Put: { TableName: this.#table, Item, ...NEW_ONLY } })),
    });
    for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
      try {
        await this.#client.send(command, { abortSignal: signal });
        return undefined;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        const reasons = error.CancellationReasons ?? [];
        const standing = reasons.flatMap(({ Item }) => (Item ? [Item] : []));
        if (standing.length > 0) return standing;
        // Two requests under one key at once: the loser waits and meets the winner's record.
        if (!reasons.some(({ Code }) => Code === 'TransactionConflict')) throw error;
        await setTimeout(pause, undefined, { signal });
      }
    }
  }
}
