import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand, paginateQuery } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type CoverageLog, type CoverageReader, HeldGrants } from '../check-log/coverage.ts';
import { type CalendarDate, endOf, startOf, toIso } from '../kernel/clock.ts';
import { jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { coverageKey, coverageMonth, grantsOf } from './keys.ts';
import { monthsOf } from './months-of.ts';
import { query } from './seal-reader.ts';

const MONTH_LENGTH = 'YYYY-MM'.length;
const SUFFIX_BYTES = 6;
/** Characters of one item's JSON: in one item even if deflating gained nothing. */
const MAX_PART = 300_000;
/** After every position: they begin with a digit. */
const END = '~';

const HeldItem = stored({ body: jsonText(HeldGrants) });
/** As the index gives it. */
const ReportedItem = z.object({ principal: z.optional(S) });

/** What reconciliations found, by the month of the grants; and what the gate was told, along the log's index of callers. */
export class DynamoCoverage implements CoverageLog, CoverageReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** In no transaction: what is found again by a repeated reconciliation counts once. */
  async keep(at: string, held: HeldGrants): Promise<void> {
    const byMonth = Map.groupBy(held, ({ date }) => date.slice(0, MONTH_LENGTH));
    for (const [month, of] of byMonth)
      for (const part of partsOf(of))
        await this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: {
              ...keyItem(coverageKey(month, at, randomBytes(SUFFIX_BYTES).toString('hex'))),
              v: toN(VERSION),
              body: toText(JSON.stringify(part)),
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
  }

  async *held(from: CalendarDate, to: CalendarDate): AsyncGenerator<HeldGrants> {
    for (const month of monthsOf(from, to))
      for await (const item of query(this.#client, this.#table, { pk: coverageMonth(month), from: ' ', to: END }))
        yield HeldItem.parse(item).body.filter(({ date }) => from <= date && date <= to);
  }

  async *reported(caller: string, from: CalendarDate, to: CalendarDate): AsyncGenerator<(string | null)[]> {
    const pages = paginateQuery(
      { client: this.#client },
      {
        TableName: this.#table,
        IndexName: 'byCaller',
        // A position is a moment with a reference behind it: that of the bare moment is before them all.
        KeyConditionExpression: 'callerHit = :caller AND #at BETWEEN :from AND :to',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':caller': toS(grantsOf(caller)),
          ':from': toS(toIso(startOf(from))),
          ':to': toS(toIso(endOf(to))),
        },
      },
    );
    for await (const { Items = [] } of pages) yield Items.map((item) => ReportedItem.parse(item).principal ?? null);
  }
}

/** In as few parts as items can hold; mostly one. */
function partsOf(held: HeldGrants): HeldGrants[] {
  const parts: HeldGrants[] = [];
  let room = 0;
  for (const entry of held) {
    const size = JSON.stringify(entry).length;
    if (size > room) {
      parts.push([]);
      room = MAX_PART;
    }
    parts.at(-1)?.push(entry);
    room -= size;
  }
  return parts;
}
