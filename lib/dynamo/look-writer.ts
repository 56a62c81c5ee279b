import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { Look, lookKeptUntil } from '../check-log/look.ts';
import type { LookLog } from '../check-log/ports.ts';
import { epochSeconds } from '../kernel/clock.ts';
import { type Item, keyItem, toN, toS, toText, VERSION } from './attributes.ts';
import { loggedAt, lookerKey, lookKey, looksAtCheck, looksAtSubject, looksOfClient } from './keys.ts';

const NEW_ONLY = { ConditionExpression: 'attribute_not_exists(pk)' } as const;

/** Appends looks to the CheckLog, found by client, by subject and by check; nothing is ever overwritten. */
export class DynamoLookWriter implements LookLog {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  /** Clients that stand in the register already: each is put there once by an execution environment. */
  readonly #registered = new Set<string>();

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(look: Look): Promise<void> {
    await this.#register(look.by.client);
    const [first, ...others] = itemsOf(look);
    await (others.length === 0 ? this.#put(first) : this.#transact([first, ...others]));
  }

  async #register(client: string): Promise<void> {
    if (this.#registered.has(client)) return;
    await this.#put({ ...keyItem(lookerKey(client)), v: toN(VERSION), client: toS(client) });
    this.#registered.add(client);
  }

  /** What stands there already is our own: a look's id is random, and a client's item holds nothing but the client. */
  async #put(item: Item): Promise<void> {
    try {
      await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item, ...NEW_ONLY }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #transact(items: readonly Item[]): Promise<void> {
    const puts = items.map((Item) => ({ Put: { TableName: this.#table, Item, ...NEW_ONLY } }));
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: puts }));
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (!reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) throw error;
    }
  }
}

/** The look, and once more for each further subject: one item stands in an index once. */
function itemsOf(look: Look): [Item, ...Item[]] {
  const found = {
    v: toN(VERSION),
    at: toS(loggedAt(look.at, look.id)),
    ttl: toN(epochSeconds(lookKeptUntil(look))),
    looker: toS(look.by.client),
    look: toText(JSON.stringify(Look.parse(look))),
  };
  const [first, ...others] = look.subjects;
  return [
    {
      ...keyItem(lookKey(look.id)),
      ...found,
      lines: toN(look.results),
      ...(look.others !== undefined && { others: toN(look.others) }),
      callerHit: toS(looksOfClient(look.by.client)),
      ...(first !== undefined && { subject: toS(looksAtSubject(first)) }),
      ...(look.checkId !== undefined && { callerMatter: toS(looksAtCheck(look.checkId)) }),
    },
    ...others.map((key, index) => ({
      ...keyItem(lookKey(look.id, index + 1)),
      ...found,
      subject: toS(looksAtSubject(key)),
    })),
  ];
}
