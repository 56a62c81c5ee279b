import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { alertsOfMatter } from '../alert/alert.ts';
import { recordDigest } from '../check/digest.ts';
import type { Matter } from '../retention/matter.ts';
import type { DueEntry, SweepStore } from '../retention/ports.ts';
import { hadCome, Tombstone } from '../seal/tombstone.ts';
import { AlertItem } from './alert-items.ts';
import { type Item, keyItem, S, toN, toS, toText, VERSION } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { recounted } from './forecast-items.ts';
import { grantKeysBeside } from './grant-items.ts';
import {
  alertsPartition,
  callerMatter,
  followUpKey,
  matterKey,
  openFor,
  recordKey,
  sweepKey,
  tombstoneKey,
} from './keys.ts';
import { DynamoMatterStore } from './matter-store.ts';
import { wholePartition } from './partition.ts';
import { TombstoneItem } from './tombstone-item.ts';

/** Records of a matter at once. */
const PAGE = 100;
const LineItem = z.object({ at: S });

/** What the sweeper does to both tables. Only here is anything of the log deleted. */
export class DynamoSweepStore extends DynamoMatterStore implements SweepStore {
  readonly #client: DynamoDBClient;
  readonly #tables: { readonly registry: string; readonly checkLog: string };

  constructor(client: DynamoDBClient, tables: { readonly registry: string; readonly checkLog: string }) {
    super(client, tables.registry);
    this.#client = client;
    this.#tables = tables;
  }

  async recordsOf(caller: string, matter: string): Promise<{ id: string; checkedAt: string }[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#tables.checkLog,
        IndexName: 'byMatter',
        KeyConditionExpression: 'callerMatter = :p',
        ExpressionAttributeValues: { ':p': toS(callerMatter(caller, matter)) },
        Limit: PAGE,
      }),
    );
    return Items.map((item) => {
      const { at } = LineItem.parse(item);
      const hash = at.indexOf('#');
      return { id: at.slice(hash + 1), checkedAt: at.slice(0, hash) };
    });
  }

  async toBury(id: string): Promise<Pick<Tombstone, 'id' | 'digest' | 'keepUntil'> | undefined> {
    const record = recordBeside(await this.#itemsOf(id));
    return record && { id, digest: recordDigest(record), keepUntil: record.keepUntil };
  }

  async bury(tombstone: Tombstone, caller: string): Promise<boolean> {
    const { id } = tombstone;
    const items = await this.#itemsOf(id);
    const grants = grantKeysBeside(items);
    if (!(await this.#isEntombed(tombstone, items))) return false;
    const own = recordKey(id);
    const beside = items.map((item) => S.parse(item.sk)).filter((sk) => !STAYS.has(sk));
    await this.#dropOpenFollowUp(id, caller);
    // Grants before their notes, by which they are found.
    for (const key of grants) await this.#delete(this.#tables.checkLog, keyItem(key));
    // The record's own item goes last: it is what a next run finds the rest by.
    for (const sk of [...beside, own.sk]) await this.#delete(this.#tables.checkLog, { pk: toS(own.pk), sk: toS(sk) });
    return true;
  }

  /** What nobody can answer any more is not asked for any more. One that was answered stays: it is counted. */
  async #dropOpenFollowUp(checkId: string, caller: string): Promise<void> {
    try {
      await this.#client.send(
        new DeleteItemCommand({
          TableName: this.#tables.registry,
          Key: keyItem(followUpKey(checkId)),
          ConditionExpression: 'attribute_not_exists(pk) OR waiting = :open',
          ExpressionAttributeValues: { ':open': toS(openFor(caller)) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async unanswered(caller: string, matter: string): Promise<boolean> {
    return (await this.#alertsOf(caller, matter)).some(({ body }) => body.acknowledgement === undefined);
  }

  async dropEntry({ on, caller, matter }: DueEntry): Promise<void> {
    await this.#delete(this.#tables.registry, keyItem(sweepKey(on, caller, matter)));
  }

  async dropMatter({ caller, matter, counted }: Matter, revision: number): Promise<void> {
    for (const { pk, sk } of await this.#alertsOf(caller, matter))
      await this.#delete(this.#tables.registry, keyItem({ pk, sk }));
    const TableName = this.#tables.registry;
    try {
      await this.#client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            {
              Delete: {
                TableName,
                Key: keyItem(matterKey(caller, matter)),
                ConditionExpression: 'revision = :revision',
                ExpressionAttributeValues: { ':revision': toN(revision) },
              },
            },
            ...recounted(TableName, { caller, matter }, counted, undefined),
          ],
        }),
      );
    } catch (error) {
      // It was checked, closed or held meanwhile, and has a place in the order of deletion for that.
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code !== 'ConditionalCheckFailed') throw error;
    }
  }

  /**
   * Whether a tombstone stands there that excuses the deletion: this one, or one of an earlier run that did not come to its
   * end. Any other is none of ours, and what is deleted under it would be named as deleted for good.
   */
  async #isEntombed(tombstone: Tombstone, items: readonly Item[]): Promise<boolean> {
    const { id, digest, keepUntil, deletedAt: now } = tombstone;
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#tables.checkLog,
          Item: {
            ...keyItem(tombstoneKey(id)),
            v: toN(VERSION),
            body: toText(JSON.stringify(Tombstone.parse(tombstone))),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const standing = TombstoneItem.safeParse(error.Item).data?.body;
      const record = recordBeside(items);
      const isOurs = standing?.digest === digest && standing.keepUntil === keepUntil;
      return isOurs && record !== undefined && hadCome(standing, record, now);
    }
  }

  async #alertsOf(caller: string, matter: string): Promise<z.infer<typeof AlertItem>[]> {
    const partition = alertsPartition(alertsOfMatter(caller, matter));
    return (await wholePartition(this.#client, this.#tables.registry, partition)).map((item) => AlertItem.parse(item));
  }

  async #delete(table: string, key: Item): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: table, Key: key }));
  }

  #itemsOf(id: string): Promise<Item[]> {
    return wholePartition(this.#client, this.#tables.checkLog, recordKey(id).pk);
  }
}

/** The tombstone, and the record itself, whose turn is last. */
const STAYS: ReadonlySet<string> = new Set(['T', 'R']);

/** The record among its items, without what is no part of it: notes, and a tombstone. */
const recordBeside = (items: readonly Item[]) => recordIn(items.filter((item) => !isBeside(item)));
const isBeside = (item: Item): boolean => /^(N#|T$)/.test(S.parse(item.sk));
