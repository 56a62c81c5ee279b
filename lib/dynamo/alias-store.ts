import { type DynamoDBClient, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { AliasKey } from '../check/ports.ts';
import { Alias } from '../listing/alias.ts';
import { isWaiting } from '../listing/alias-steps.ts';
import type { AliasChange, AliasShelf, AliasStore } from '../listing/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { DynamoAliasSubjects } from './alias-subjects.ts';
import { type Item, jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchRead } from './batch-get.ts';
import {
  ALIASES,
  aliasIdIn,
  aliasKey,
  aliasPapersKey,
  dueOn,
  type Key,
  mistakenAliasKey,
  mistakenOwner,
} from './keys.ts';
import { DynamoStandingStore } from './standing-store.ts';

const PapersItem = stored({ body: jsonText(Alias) });
const IndexLine = z.object({ pk: S, due: S });

const READ_TIMEOUT_MS = 10_000;
const LINES_AT_ONCE = 100;

/** What identifiers lead to, beside the standings; every signature stays with the alias. */
export class DynamoAliasStore extends DynamoStandingStore implements AliasStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #subjects: DynamoAliasSubjects;

  constructor(client: DynamoDBClient, table: string) {
    super(client, table);
    this.#client = client;
    this.#table = table;
    this.#subjects = new DynamoAliasSubjects(client, table);
  }

  subjectsOf(alias: AliasKey): Promise<readonly SubjectKey[]> {
    return this.#subjects.subjectsOf(alias);
  }

  async aliases(ids: readonly string[]): Promise<ReadonlyMap<string, Alias>> {
    return await batchRead(this.#client, this.#table, ids, {
      keyOf: aliasPapersKey,
      valueIn: (item) => PapersItem.parse(item).body,
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }

  async shelf(shelf: AliasShelf, from: string | undefined) {
    const oldestFirst = shelf === 'waiting';
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byOwner',
        KeyConditionExpression: `#owner = :owner${from === undefined ? '' : ` AND due ${oldestFirst ? '>' : '<'} :from`}`,
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': toS(ALIASES[shelf]),
          ...(from !== undefined && { ':from': toS(from) }),
        },
        ScanIndexForward: oldestFirst,
        Limit: LINES_AT_ONCE,
      }),
    );
    const lines = Items.map((item) => {
      const { pk, due: position } = IndexLine.parse(item);
      return { id: aliasIdIn(pk), position };
    });
    return { lines, reached: LastEvaluatedKey && lines.at(-1)?.position };
  }

  /** The aliases that an authority proposed and that were mistaken, oldest first. */
  async mistaken(owner: string): Promise<{ id: string; at: string }[]> {
    const found: { id: string; at: string }[] = [];
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'byOwner',
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': toS(mistakenOwner(owner)) },
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      for (const item of Items) {
        const { pk, due } = IndexLine.parse(item);
        found.push({ id: aliasIdIn(pk), at: due.slice(0, due.indexOf('#')) });
      }
      from = LastEvaluatedKey;
    } while (from);
    return found;
  }

  async record({ before, after, link, mistakenBy, changes = [] }: AliasChange): Promise<void> {
    await this.transact([
      this.#papers(before, after),
      ...(link ? [this.#link(link, after)] : []),
      ...(mistakenBy === undefined ? [] : [this.#mistaken(after, mistakenBy)]),
      ...this.itemsOf(changes),
    ]);
  }

  #papers(before: Alias | undefined, after: Alias): TransactWriteItem {
    const shelf = ALIASES[isWaiting(after) ? 'waiting' : 'settled'];
    return this.#put(
      aliasPapersKey(after.id),
      {
        ver: toN(after.steps.length),
        body: toText(JSON.stringify(after)),
        owner: toS(shelf),
        due: toS(dueOn(lastAt(after), after.id)),
      },
      before
        ? { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': toN(before.steps.length) } }
        : { ConditionExpression: 'attribute_not_exists(pk)' },
    );
  }

  /** An identifier that leads to somebody else by now is not moved. */
  #link({ scheme, value, tied }: NonNullable<AliasChange['link']>, { subject, id }: Alias): TransactWriteItem {
    return this.#put(
      aliasKey({ scheme, value }),
      { alias: toS(id), ...(tied && { subjects: { SS: [subject] } }) },
      {
        ConditionExpression: 'attribute_not_exists(subjects) OR subjects = :same',
        ExpressionAttributeValues: { ':same': { SS: [subject] } },
      },
    );
  }

  #mistaken(alias: Alias, owner: string): TransactWriteItem {
    const at = lastAt(alias);
    const found = { owner: toS(mistakenOwner(owner)), due: toS(dueOn(at, alias.id)) };
    return this.#put(mistakenAliasKey(alias.id, at), found);
  }

  #put(
    at: Key,
    item: NonNullable<TransactWriteItem['Put']>['Item'],
    condition: Omit<NonNullable<TransactWriteItem['Put']>, 'Item' | 'TableName'> = {},
  ): TransactWriteItem {
    return { Put: { TableName: this.#table, Item: { ...keyItem(at), v: toN(VERSION), ...item }, ...condition } };
  }
}

const lastAt = ({ steps }: Alias): string => steps.at(-1)?.at ?? '';
