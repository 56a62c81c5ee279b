import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { bucketOf } from '../kernel/buckets.ts';
import { dateOf, parseInstant } from '../kernel/clock.ts';
import { EventRecord } from '../listing/event.ts';
import { isUnderWay } from '../listing/phase.ts';
import { type ListingDocument, StandingMoved, type StandingStore, type SubjectChange } from '../listing/ports.ts';
import type { Standing } from '../listing/standing.ts';
import { dueDay } from '../listing/term.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type Item, jsonText, keyItem, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { caseItem } from './case-items.ts';
import { found } from './found.ts';
import {
  aliasKey,
  caseKey,
  domainBucket,
  domainRow,
  dueKeys,
  dueOn,
  endedBy,
  endedKey,
  type Key,
  listingKey,
  settledOwner,
  sourceBucket,
  standingEventKey,
  standingKey,
  underWayOwner,
} from './keys.ts';
import { standingsIn } from './registry-reader.ts';

const EventItem = stored({ body: jsonText(EventRecord) });

const READ_TIMEOUT_MS = 10_000;

/** Standings with their history and documents; each commit is one transaction. */
export class DynamoStandingStore implements StandingStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async standings(keys: readonly SubjectKey[]): Promise<Map<SubjectKey, Standing>> {
    const items = await batchGet(
      this.#client,
      this.#table,
      keys.map(standingKey),
      AbortSignal.timeout(READ_TIMEOUT_MS),
    );
    return standingsIn(items, keys);
  }

  /** The events of a standing, oldest first: what {@link fold} makes the standing of. */
  async history(key: SubjectKey): Promise<EventRecord[]> {
    const items = found(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
      ExpressionAttributeValues: { ':pk': toS(standingKey(key).pk), ':event': toS('E#') },
      ConsistentRead: true,
    });
    const events: EventRecord[] = [];
    for await (const item of items) events.push(EventItem.parse(item).body);
    return events;
  }

  async commit(changes: readonly SubjectChange[]): Promise<void> {
    await this.transact(this.itemsOf(changes));
  }

  protected itemsOf(changes: readonly SubjectChange[]): TransactWriteItem[] {
    return [...changes.flatMap((change) => this.#itemsOf(change)), ...this.#endedIn(changes)];
  }

  /** @throws StandingMoved where one of the conditions does not hold */
  protected async transact(TransactItems: TransactWriteItem[]): Promise<void> {
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems }));
    } catch (error) {
      if (error instanceof TransactionCanceledException && hasMoved(error)) throw new StandingMoved();
      throw error;
    }
  }

  /** Under the day on which something of them ended, subjects are found again when the papers of that are to be deleted. */
  #endedIn(changes: readonly SubjectChange[]): TransactWriteItem[] {
    const ended = changes.flatMap(({ key, change }) => {
      const record = change.records.find(({ event }) => event.type === 'ended');
      return record ? [{ key, record }] : [];
    });
    const [first] = ended;
    if (!first) return [];
    const on = dateOf(parseInstant(first.record.at));
    const subjects = { SS: [...new Set(ended.map(({ key }) => key))] };
    const at = endedKey(on, endedBy(first.key, first.record.version));
    return [{ Put: { TableName: this.#table, Item: { ...keyItem(at), v: toN(VERSION), on: toS(on), subjects } } }];
  }

  #itemsOf({
    key,
    change,
    documents,
    names,
    opened = [],
    cases = [],
    withdrawn = [],
  }: SubjectChange): TransactWriteItem[] {
    const { before, after, records } = change;
    const due = dueDay(change);
    const put = (at: Key, item: Item, condition?: string): TransactWriteItem => ({
      Put: {
        TableName: this.#table,
        Item: { ...keyItem(at), v: toN(VERSION), ...item },
        ...(condition !== undefined && { ConditionExpression: condition }),
      },
    });
    const unmoved =
      before.version === 0
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': toN(before.version) } };
    return [
      records.length === 0
        ? { ConditionCheck: { TableName: this.#table, Key: keyItem(standingKey(key)), ...unmoved } }
        : {
            Put: {
              TableName: this.#table,
              Item: {
                ...keyItem(standingKey(key)),
                v: toN(VERSION),
                ver: toN(after.version),
                body: toText(JSON.stringify(after)),
                ...(due && indexed(dueKeys(due, key))),
              },
              ...unmoved,
            },
          },
      ...records.map((record) =>
        put(standingEventKey(key, record.version), { body: toText(JSON.stringify(record)), at: toS(record.at) }),
      ),
      ...documents.map((document) =>
        put(listingKey(document.listingId), { ...documentItem(document), ...foundBy(document, after) }),
      ),
      ...opened.map((each) => put(caseKey(each.listingId, each.id), caseItem(each, key), 'attribute_not_exists(pk)')),
      // One whose papers were deleted meanwhile does not come back by a step on it.
      ...cases.map((each) => put(caseKey(each.listingId, each.id), caseItem(each, key), 'attribute_exists(pk)')),
      // The document stays; its source no longer has the row.
      ...withdrawn.map((listingId) => ({
        Update: {
          TableName: this.#table,
          Key: keyItem(listingKey(listingId)),
          UpdateExpression: 'REMOVE sourceBucket, sourceRow',
          ConditionExpression: 'attribute_exists(pk)',
        },
      })),
      ...names.map((value) => ({
        Update: {
          TableName: this.#table,
          Key: keyItem(aliasKey({ scheme: 'org-name', value })),
          UpdateExpression: 'ADD subjects :subject SET v = :v',
          ExpressionAttributeValues: { ':subject': { SS: [key] }, ':v': toN(VERSION) },
        },
      })),
    ];
  }
}

/** The keys of index `bySource`. */
const indexed = ({ sourceBucket, sourceRow }: { readonly sourceBucket: string; readonly sourceRow: string }): Item => ({
  sourceBucket: toS(sourceBucket),
  sourceRow: toS(sourceRow),
});

const documentItem = ({ listingId, subject, row, fields, entry }: ListingDocument): Item => ({
  listing: toS(listingId),
  subject: toS(subject),
  body: toText(JSON.stringify(fields)),
  ...(entry && { entry: toText(JSON.stringify(entry)) }),
  ...(row && {
    ...indexed({ sourceBucket: sourceBucket(row.source, bucketOf(subject)), sourceRow: row.key }),
    digest: toS(row.digest),
  }),
});

/**
 * A listing is found by its domain alone: on which of the domain's lists it is now stands in the standing. One that was
 * made here is also found by its keeper.
 */
function foundBy({ listingId, entry }: ListingDocument, { listings }: Standing): Item {
  const listing = listings.find(({ id }) => id === listingId);
  if (!listing) return {};
  const { domain, document } = listing;
  const owner = isUnderWay(listing) ? underWayOwner : settledOwner;
  return {
    domainBucket: toS(domainBucket(domain, bucketOf(listingId))),
    domainRow: toS(domainRow(document.issuedOn, listingId)),
    ...(entry && { owner: toS(owner(entry.keeper)), due: toS(dueOn(entry.proposedAt, listingId)) }),
  };
}

const hasMoved = ({ CancellationReasons }: TransactionCanceledException): boolean =>
  (CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');
