import {
  type DynamoDBClient,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { CalendarDate } from '../kernel/clock.ts';
import { Hold, type HoldState } from '../retention/hold.ts';
import { isClosed, Matter, placed } from '../retention/matter.ts';
import type { Change, DueReader, Kept, MatterStore, MonthCount, OverviewReader } from '../retention/ports.ts';
import { type Item, jsonText, keyItem, N, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { countIn, recounted } from './forecast-items.ts';
import { heldItem } from './held-items.ts';
import {
  forecastYear,
  holdKey,
  holdsThatAre,
  type Key,
  loggedAt,
  matterKey,
  openSince,
  sweepKey,
  sweepMonth,
} from './keys.ts';

const MatterItem = stored({ revision: N, body: jsonText(Matter) });
const HoldItem = stored({ revision: N, body: jsonText(Hold) });
const HoldLine = stored({ waitingSince: S, body: jsonText(Hold) });
const UnclosedItem = z.object({ openSince: S, body: jsonText(Matter) });
const SweepItem = stored({ sk: S, on: z.pipe(S, Matter.shape.firstOn), caller: S, matter: S });

/** Matters, holds and the order of deletion in the Registry. */
export class DynamoMatterStore implements MatterStore, DueReader, OverviewReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(caller: string, matter: string): Promise<Kept<Matter> | undefined> {
    const item = await this.#one(matterKey(caller, matter));
    if (!item) return undefined;
    const { revision, body } = MatterItem.parse(item);
    return { value: body, revision };
  }

  async hold(id: string): Promise<Kept<Hold> | undefined> {
    const item = await this.#one(holdKey(id));
    if (!item) return undefined;
    const { revision, body } = HoldItem.parse(item);
    return { value: body, revision };
  }

  async holdsIn(state: HoldState, after: string | undefined, limit: number) {
    const { items, reached } = await this.#page({
      IndexName: 'byWaiting',
      KeyConditionExpression: `waiting = :p${after === undefined ? '' : ' AND waitingSince > :after'}`,
      ExpressionAttributeValues: {
        ':p': toS(holdsThatAre(state)),
        ...(after !== undefined && { ':after': toS(after) }),
      },
      Limit: limit,
    });
    const lines = items.map((item) => HoldLine.parse(item));
    return { items: lines.map(({ body }) => body), reached: reached ? lines.at(-1)?.waitingSince : undefined };
  }

  async write(matter: Change<Matter>, today: CalendarDate, hold?: Change<Hold>): Promise<boolean> {
    const next = placed(matter.next, today);
    const entry = { on: toS(next.entryOn), caller: toS(next.caller), matter: toS(next.matter) };
    try {
      await this.#client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            this.#put(matterKey(next.caller, next.matter), { ...bodyOf(next), ...unclosedOf(next) }, matter.before),
            { Put: { TableName: this.#table, Item: { ...keyItem(entryKey(next)), v: toN(VERSION), ...entry } } },
            ...recounted(this.#table, next, matter.next.counted, next.counted),
            ...(hold
              ? [this.#put(holdKey(hold.next.id), holdItem(hold.next), hold.before), this.#toCarry(hold.next)]
              : []),
          ],
        }),
      );
      return true;
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      const moved = reasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');
      if (!moved) throw error;
      return false;
    }
  }

  async unclosed(caller: string, after: string | undefined, limit: number) {
    const { items, reached } = await this.#page({
      IndexName: 'unclosed',
      KeyConditionExpression: `unclosedOf = :p${after === undefined ? '' : ' AND openSince > :after'}`,
      ExpressionAttributeValues: { ':p': toS(caller), ...(after !== undefined && { ':after': toS(after) }) },
      Limit: limit,
    });
    const parsed = items.map((item) => UnclosedItem.parse(item));
    return { matters: parsed.map(({ body }) => body), reached: reached ? parsed.at(-1)?.openSince : undefined };
  }

  async month(month: string, after: string | undefined, limit: number) {
    const { items, reached } = await this.#page({
      KeyConditionExpression: `pk = :p${after === undefined ? '' : ' AND sk > :after'}`,
      ExpressionAttributeValues: { ':p': toS(sweepMonth(month)), ...(after !== undefined && { ':after': toS(after) }) },
      Limit: limit,
      ConsistentRead: true,
    });
    const entries = items.map((item) => {
      const { sk, on, caller, matter } = SweepItem.parse(item);
      return { on, caller, matter, position: sk };
    });
    return { entries, reached: reached ? entries.at(-1)?.position : undefined };
  }

  async counts(year: string, from: string, to: string): Promise<readonly MonthCount[]> {
    // At most twelve months of a few parts each: one page.
    const { items } = await this.#page({
      KeyConditionExpression: 'pk = :p AND sk BETWEEN :from AND :to',
      // A part has a number behind its month.
      ExpressionAttributeValues: { ':p': toS(forecastYear(year)), ':from': toS(from), ':to': toS(`${to}~`) },
      ConsistentRead: true,
    });
    return items.map(countIn);
  }

  async #page(query: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({ TableName: this.#table, ...query }),
    );
    return { items: Items, reached: LastEvaluatedKey !== undefined };
  }

  /** By a query, which is what the sweeper may do. */
  async #one({ pk, sk }: Key): Promise<Item | undefined> {
    const { items } = await this.#page({
      KeyConditionExpression: 'pk = :p AND sk = :s',
      ExpressionAttributeValues: { ':p': toS(pk), ':s': toS(sk) },
      ConsistentRead: true,
    });
    return items[0];
  }

  /** From the start, whatever had been carried before. */
  #toCarry({ id, state, caller, matter }: Hold) {
    return { Put: { TableName: this.#table, Item: heldItem({ caller, matter, since: `${id} ${state}` }) } };
  }

  #put(key: Key, item: Item, before: number | undefined) {
    return {
      Put: {
        TableName: this.#table,
        Item: { ...keyItem(key), v: toN(VERSION), revision: toN((before ?? 0) + 1), ...item },
        ...(before === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'revision = :before', ExpressionAttributeValues: { ':before': toN(before) } }),
      },
    };
  }
}

const bodyOf = (value: Matter | Hold): Item => ({ body: toText(JSON.stringify(value)) });

const holdItem = (hold: Hold): Item => ({
  ...bodyOf(hold),
  waiting: toS(holdsThatAre(hold.state)),
  waitingSince: toS(loggedAt(hold.proposed.at, hold.id)),
});

const entryKey = ({ entryOn, caller, matter }: Matter): Key => sweepKey(entryOn, caller, matter);

/** A closed one stands in the index no more. */
const unclosedOf = (of: Matter): Item =>
  isClosed(of) ? {} : { unclosedOf: toS(of.caller), openSince: toS(openSince(of.firstOn, of.matter)) };
