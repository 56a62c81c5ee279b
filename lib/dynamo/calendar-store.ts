import { setTimeout } from 'node:timers/promises';
import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { CalendarYear } from '../calendar/calendar-year.ts';
import { SHIPPED_CALENDARS } from '../calendar/shipped.ts';
import type { Calendars } from '../calendar/working-days.ts';
import type { Signature } from '../listing/event.ts';
import { jsonText, keyItem, N, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { calendarEventKey, calendarsKey } from './keys.ts';

const RETRIES = 8;
const PAUSE_MS = 25;

/** All years that an operator has given, in one item: who counts days reads them at once, and of one moment. */
const CalendarsItem = stored({ revision: N, body: jsonText(z.array(CalendarYear)) });

/** Calendars of working days. Every year that was ever given stays as an event, signed. */
export class DynamoCalendarStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The shipped years, and in their place or beside them those of the operator. */
  async calendars(): Promise<Calendars> {
    const { years } = await this.#given();
    return new Map([...SHIPPED_CALENDARS, ...years.map((each) => [each.year, each] as const)]);
  }

  /** Adds a year or replaces it; repeated when another year came first. Resolves with the revision of the calendars. */
  async put(calendar: CalendarYear, by: Signature, at: string): Promise<number> {
    for (let attempt = 0; ; attempt += 1) {
      const { revision: before, years } = await this.#given();
      const revision = before + 1;
      const after = [...years.filter(({ year }) => year !== calendar.year), calendar];
      const item = (body: unknown) => ({
        v: toN(VERSION),
        revision: toN(revision),
        body: toText(JSON.stringify(body)),
      });
      try {
        await this.#client.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              {
                Put: {
                  TableName: this.#table,
                  Item: { ...keyItem(calendarsKey), ...item(after) },
                  ConditionExpression: before === 0 ? 'attribute_not_exists(pk)' : 'revision = :before',
                  ...(before > 0 && { ExpressionAttributeValues: { ':before': toN(before) } }),
                },
              },
              {
                Put: {
                  TableName: this.#table,
                  Item: {
                    ...keyItem(calendarEventKey(revision)),
                    ...item(calendar),
                    by: toS(JSON.stringify(by)),
                    at: toS(at),
                  },
                },
              },
            ],
          }),
        );
        return revision;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException) || attempt === RETRIES) throw error;
        await setTimeout(PAUSE_MS * (attempt + 1));
      }
    }
  }

  async #given(): Promise<{ revision: number; years: readonly CalendarYear[] }> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(calendarsKey), ConsistentRead: true }),
    );
    if (!Item) return { revision: 0, years: [] };
    const { revision, body } = CalendarsItem.parse(Item);
    return { revision, years: body };
  }
}
