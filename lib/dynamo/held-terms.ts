import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { HeldMatter, HeldTerms, MatterName } from '../retention/ports.ts';
import { type Item, keyItem, S, toS } from './attributes.ts';
import { grantKeysBeside } from './grant-items.ts';
import { heldIn, heldItem } from './held-items.ts';
import { callerMatter, heldKey, heldPartition, type Key, recordKey } from './keys.ts';
import { DynamoMatterStore } from './matter-store.ts';
import { wholePartition } from './partition.ts';

/** Records of a matter at once. */
const PAGE = 100;
const LineItem = z.object({ at: S });
const KeyOf = z.object({ pk: S, sk: S });

type Term = 'ttl' | 'heldTtl';

/** Moves the terms of items between the attribute that DynamoDB deletes by and one that it does not: nothing else of the log is ever changed. */
export class DynamoHeldTerms implements HeldTerms {
  readonly #client: DynamoDBClient;
  readonly #tables: { readonly registry: string; readonly checkLog: string };
  readonly #matters: DynamoMatterStore;

  constructor(client: DynamoDBClient, tables: { readonly registry: string; readonly checkLog: string }) {
    this.#client = client;
    this.#tables = tables;
    this.#matters = new DynamoMatterStore(client, tables.registry);
  }

  async entries(): Promise<HeldMatter[]> {
    return (await wholePartition(this.#client, this.#tables.registry, heldPartition)).map(heldIn);
  }

  async isHeld({ caller, matter }: MatterName): Promise<boolean> {
    const kept = await this.#matters.read(caller, matter);
    return kept !== undefined && kept.value.holds.length > 0;
  }

  async records({ caller, matter }: MatterName, after: string | undefined) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tables.checkLog,
        IndexName: 'byMatter',
        KeyConditionExpression: `callerMatter = :p${after === undefined ? '' : ' AND #at > :after'}`,
        ...(after !== undefined && { ExpressionAttributeNames: { '#at': 'at' } }),
        ExpressionAttributeValues: {
          ':p': toS(callerMatter(caller, matter)),
          ...(after !== undefined && { ':after': toS(after) }),
        },
        Limit: PAGE,
      }),
    );
    const records = Items.map((item) => {
      const { at } = LineItem.parse(item);
      return { id: at.slice(at.indexOf('#') + 1), position: at };
    });
    return { records, reached: LastEvaluatedKey === undefined };
  }

  stop(id: string) {
    return this.#move(id, 'ttl', 'heldTtl');
  }

  resume(id: string) {
    return this.#move(id, 'heldTtl', 'ttl');
  }

  async save(entry: HeldMatter): Promise<void> {
    await unlessChanged(
      this.#client.send(
        new PutItemCommand({ TableName: this.#tables.registry, Item: heldItem(entry), ...ifStill(entry) }),
      ),
    );
  }

  async drop(entry: HeldMatter): Promise<void> {
    await unlessChanged(
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#tables.registry,
          Key: keyItem(heldKey(entry.caller, entry.matter)),
          ...ifStill(entry),
        }),
      ),
    );
  }

  async #move(id: string, from: Term, to: Term): Promise<{ changed: number; whole: boolean }> {
    const items = await wholePartition(this.#client, this.#tables.checkLog, recordKey(id).pk);
    const own = items.filter((item) => item[from] !== undefined).map((item) => KeyOf.parse(item));
    const grants = grantsBeside(items);
    let changed = 0;
    for (const key of [...own, ...(grants ?? [])]) changed += (await this.#moveOne(key, from, to)) ? 1 : 0;
    return { changed, whole: grants !== undefined };
  }

  async #moveOne(key: Key, from: Term, to: Term): Promise<boolean> {
    const moving = this.#client.send(
      new UpdateItemCommand({
        TableName: this.#tables.checkLog,
        Key: keyItem(key),
        UpdateExpression: 'SET #to = #from REMOVE #from',
        ConditionExpression: 'attribute_exists(#from)',
        ExpressionAttributeNames: { '#from': from, '#to': to },
      }),
    );
    return await unlessChanged(moving);
  }
}

/** Undefined where a note cannot be read. */
function grantsBeside(items: readonly Item[]): Key[] | undefined {
  try {
    return grantKeysBeside(items);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== '$ZodError') throw error;
    return undefined;
  }
}

const ifStill = ({ since }: HeldMatter) => ({
  ConditionExpression: 'since = :since',
  ExpressionAttributeValues: { ':since': toS(since) },
});

/** Resolves with whether it was done: its condition may have failed. */
async function unlessChanged(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return false;
  }
}
