import { type DynamoDBClient, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { TallyStore } from '../check-log/tallies.ts';
import { Tally } from '../check-log/tally.ts';
import type { CalendarDate } from '../kernel/clock.ts';
import { jsonText, keyItem, N, S, stored, toN, toText, VERSION } from './attributes.ts';
import { tallyKey, tallyMonth } from './keys.ts';
import { monthsOf } from './months-of.ts';
import { query } from './seal-reader.ts';
import { partsOf, tallyFrom } from './tally-parts.ts';

const DAY_LENGTH = 'YYYY-MM-DD'.length;
/** After every part of a day. */
const END = '~';

const PartItem = stored({ sk: S, parts: N, body: jsonText(z.pick(Tally, { checks: true, intercepted: true })) });

/** Tallies in the CheckLog, beside what they were counted from: a month is one partition, a day mostly one item. */
export class DynamoTallyStore implements TallyStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async between(from: CalendarDate, to: CalendarDate): Promise<Tally[]> {
    const months = await Promise.all(monthsOf(from, to).map((month) => this.#month(month, from, to)));
    return months.flat();
  }

  async keep(tally: Tally): Promise<Tally> {
    const parts = partsOf(tally);
    try {
      await this.#client.send(
        new TransactWriteItemsCommand({
          TransactItems: parts.map((part, index) => ({
            Put: {
              TableName: this.#table,
              Item: {
                ...keyItem(tallyKey(tally.date, index)),
                v: toN(VERSION),
                parts: toN(parts.length),
                body: toText(JSON.stringify(part)),
              },
              ConditionExpression: 'attribute_not_exists(pk)',
            },
          })),
        }),
      );
      return tally;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      // Another has kept it meanwhile, or our own first attempt has, whose answer was lost.
      const [standing] = await this.between(tally.date, tally.date);
      if (!standing) throw error;
      return standing;
    }
  }

  async #month(month: string, from: string, to: string): Promise<Tally[]> {
    const items = [];
    for await (const item of query(this.#client, this.#table, { pk: tallyMonth(month), from, to: `${to}${END}` }))
      items.push(PartItem.parse(item));
    return [...Map.groupBy(items, ({ sk }) => sk.slice(0, DAY_LENGTH))].map(([date, parts]) => {
      if (parts.some((part) => part.parts !== parts.length)) throw new Error(`the tally of ${date} is not whole`);
      return tallyFrom(
        date,
        parts.map(({ body }) => body),
      );
    });
  }
}
