import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import type { Case } from '../listing/case.ts';
import type { Listing } from '../listing/standing.ts';
import type { EndedEntry, PapersStore, PapersTombstone } from '../retention/papers.ts';
import { SubjectKey } from '../subject/key.ts';
import { type Item, keyItem, S, SS, stored, toN, toS, VERSION } from './attributes.ts';
import { readCase } from './case-items.ts';
import { found } from './found.ts';
import { StandingItem } from './items.ts';
import { caseKey, endedKey, endedMonth, listingKey, papersTombstoneKey, standingKey } from './keys.ts';

const EntryItem = stored({ sk: S, on: z.pipe(S, CalendarDate), subjects: z.pipe(SS, z.array(SubjectKey)) });
const SortKey = z.object({ sk: S });

/** The papers of listings that have ended. Only here are any deleted. */
export class DynamoPapersStore implements PapersStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async endedIn(month: string, after: string | undefined, limit: number) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: `pk = :p${after === undefined ? '' : ' AND sk > :after'}`,
        ExpressionAttributeValues: {
          ':p': toS(endedMonth(month)),
          ...(after !== undefined && { ':after': toS(after) }),
        },
        Limit: limit,
        ConsistentRead: true,
      }),
    );
    const entries = Items.map((item) => {
      const { sk, on, subjects } = EntryItem.parse(item);
      return { on, which: sk.slice(sk.indexOf('#') + 1), subjects, position: sk };
    });
    return { entries, reached: LastEvaluatedKey ? entries.at(-1)?.position : undefined };
  }

  async listingsOf(subject: SubjectKey): Promise<readonly Listing[]> {
    const { pk, sk } = standingKey(subject);
    const [item] = await this.#query('pk = :p AND sk = :s', { ':p': toS(pk), ':s': toS(sk) });
    return item ? StandingItem.parse(item).body.listings : [];
  }

  async papersOf(listingId: string) {
    const items = await this.#query('pk = :p', { ':p': toS(listingKey(listingId).pk) });
    const of = (item: Item) => SortKey.parse(item).sk;
    return {
      cases: items.filter((item) => of(item).startsWith('K#')).map(readCase),
      entry: items.some((item) => of(item) === 'L' && item.entry !== undefined),
    };
  }

  async burnPapers({ listingId, deletedAt, rule }: PapersTombstone, cases: readonly Case[]): Promise<void> {
    await this.#once(() =>
      this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...keyItem(papersTombstoneKey(listingId)),
            v: toN(VERSION),
            deletedAt: toS(deletedAt),
            rule: toS(rule),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    for (const { id } of cases) await this.#delete(keyItem(caseKey(listingId, id)));
    // What a source's next file is compared with stays: an import may be writing it at this moment.
    await this.#once(() =>
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(listingKey(listingId)),
          UpdateExpression: 'REMOVE entry',
          ConditionExpression: 'attribute_exists(pk)',
        }),
      ),
    );
  }

  async moveEntry({ on, which, subjects }: EndedEntry, to: CalendarDate | undefined): Promise<void> {
    if (to !== undefined)
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...keyItem(endedKey(to, which)), v: toN(VERSION), on: toS(to), subjects: { SS: [...subjects] } },
        }),
      );
    await this.#delete(keyItem(endedKey(on, which)));
  }

  #query(condition: string, values: Item): Promise<Item[]> {
    return Array.fromAsync(
      found(this.#client, {
        TableName: this.#table,
        KeyConditionExpression: condition,
        ExpressionAttributeValues: values,
        ConsistentRead: true,
      }),
    );
  }

  /** What has been done already was done by an earlier run that did not come to its end. */
  async #once(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async #delete(key: Item): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: key }));
  }
}
