import { setTimeout } from 'node:timers/promises';
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { Head } from '../catalogue/head.ts';
import { ListKeeping } from '../catalogue/list-rule.ts';
import type { PublishedCatalogue } from '../catalogue/publication.ts';
import type { SealHead } from '../check/seal-head.ts';
import { Problem } from '../kernel/problem.ts';
import { type Item, jsonText, keyItem, stored, toN, toText, VERSION } from './attributes.ts';
import { CatalogueItem, HeadItem } from './items.ts';
import { catalogueKey, headEventKey, headKey, type Key, listKeepingKey } from './keys.ts';

const ListKeepingItem = stored({ body: jsonText(ListKeeping) });

const RETRIES = 8;
const PAUSE_MS = 25;

/** The catalogue's body and head. Every head stays as an event, so that a past decision finds the one it was made under. */
export class DynamoHeadStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The head, or undefined where no catalogue has been published yet. */
  async read(): Promise<Head | undefined> {
    const item = await this.#get(headKey);
    return item && HeadItem.parse(item).body;
  }

  /** Of the last seal of the log; null before the first. */
  async sealHead(): Promise<SealHead | null> {
    const item = await this.#get(headKey);
    return item ? HeadItem.parse(item).sealHead : null;
  }

  /** The catalogue in force. Rejects where none has been published yet. */
  async current(): Promise<Catalogue> {
    return CatalogueItem.parse(await this.#get(catalogueKey(await this.#version()))).body;
  }

  /** How lists are kept under the catalogue in force; undefined where it says nothing of it. */
  async keeping(): Promise<ListKeeping | undefined> {
    const item = await this.#get(listKeepingKey(await this.#version()));
    return item && ListKeepingItem.parse(item).body;
  }

  /** How long papers of ended listings are kept, by which catalogue; undefined where none says it. */
  async papersRule(): Promise<{ years: number; catalogueVersion: string } | undefined> {
    const catalogueVersion = (await this.read())?.catalogueVersion;
    const item = catalogueVersion === undefined ? undefined : await this.#get(listKeepingKey(catalogueVersion));
    if (catalogueVersion === undefined || !item) return undefined;
    return { years: ListKeepingItem.parse(item).body.endedPapersYears, catalogueVersion };
  }

  async #version(): Promise<string> {
    const version = (await this.read())?.catalogueVersion;
    if (version !== undefined) return version;
    throw new Problem('registry-unavailable', { zh: '尚未发布目录清单', en: 'No catalogue has been published yet.' });
  }

  /** A catalogue's body by its version, or undefined where none was published under it. */
  async body(version: string): Promise<Catalogue | undefined> {
    const item = await this.#get(catalogueKey(version));
    return item && CatalogueItem.parse(item).body;
  }

  /** The head as it was at a sequence, or undefined where there was none. */
  async at(sequence: number): Promise<Head | undefined> {
    const item = await this.#get(headEventKey(sequence));
    return item && HeadItem.parse(item).body;
  }

  /**
   * Changes the head by a pure step and keeps the one before it; repeated when another change came first.
   * With `publish`, the new catalogue's body is written in the same transaction.
   * Resolves with undefined where that version is published already.
   */
  async change(next: (head: Head | undefined) => Head): Promise<Head>;
  async change(next: (head: Head | undefined) => Head, publish?: PublishedCatalogue): Promise<Head | undefined>;
  async change(next: (head: Head | undefined) => Head, publish?: PublishedCatalogue): Promise<Head | undefined> {
    for (let attempt = 0; ; attempt += 1) {
      const before = await this.read();
      const head = Head.parse({ ...next(before), sequence: (before?.sequence ?? 0) + 1 });
      const item = { v: toN(VERSION), sequence: toN(head.sequence), body: toText(JSON.stringify(head)) };
      try {
        await this.#client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Update: this.#headUpdate(item, before) },
              { Put: { TableName: this.#table, Item: { ...keyItem(headEventKey(head.sequence)), ...item } } },
              ...(publish ? this.#bodiesOf(publish) : []),
            ],
          }),
        );
        return head;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || attempt === RETRIES) throw error;
        const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code);
        if (publish && codes[2] === 'ConditionalCheckFailed') return undefined;
        await setTimeout(PAUSE_MS * (attempt + 1));
      }
    }
  }

  /** An update, not a put: the seal's head, which stands on the same item, is another function's to change. */
  #headUpdate(item: { v: Item[string]; sequence: Item[string]; body: Item[string] }, before: Head | undefined) {
    return {
      TableName: this.#table,
      Key: keyItem(headKey),
      UpdateExpression: 'SET #v = :v, #s = :next, #b = :body',
      ConditionExpression: before ? '#s = :s' : 'attribute_not_exists(#s)',
      ExpressionAttributeNames: { '#v': 'v', '#s': 'sequence', '#b': 'body' },
      ExpressionAttributeValues: {
        ':v': item.v,
        ':next': item.sequence,
        ':body': item.body,
        ...(before && { ':s': toN(before.sequence) }),
      },
    };
  }

  /** What a check reads first, alone and conditional; how lists are kept beside it. */
  #bodiesOf({ listKeeping, ...catalogue }: PublishedCatalogue): TransactWriteItem[] {
    const body = (key: Key, value: Catalogue | ListKeeping): TransactWriteItem => ({
      Put: {
        TableName: this.#table,
        Item: { ...keyItem(key), v: toN(VERSION), body: toText(JSON.stringify(value)) },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    });
    return [
      body(catalogueKey(catalogue.version), catalogue),
      ...(listKeeping ? [body(listKeepingKey(catalogue.version), listKeeping)] : []),
    ];
  }

  async #get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item;
  }
}
