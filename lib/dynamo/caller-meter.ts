import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { Caller } from '../check/caller.ts';
import { instant, toIso } from '../kernel/clock.ts';
import { type Item, jsonText, keyItem, N, stored, toN, toS } from './attributes.ts';
import { callerKey } from './keys.ts';

const MINUTE_MS = 60_000;
const SECONDS_PER_MINUTE = 60;

const MeteredItem = stored({ body: jsonText(Caller), minuteCount: N });

/** A count per caller and minute, beside the caller's own item. */
export class DynamoCallerMeter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Blocks the caller until the end of the minute in which it went over its quota; an unknown caller is not counted. */
  async count(caller: string, checks: number, now: number): Promise<{ readonly overrun?: number }> {
    const minute = Math.floor(now / MINUTE_MS);
    const counted =
      (await this.#update(caller, 'ADD minuteCount :n', '#minute = :minute', checks, minute)) ??
      (await this.#update(
        caller,
        'SET #minute = :minute, minuteCount = :n',
        'attribute_exists(pk) AND (attribute_not_exists(#minute) OR #minute < :minute)',
        checks,
        minute,
      ));
    if (!counted) return {};
    const { body, minuteCount } = MeteredItem.parse(counted);
    const most = body.quota.perSecond * SECONDS_PER_MINUTE + body.quota.burst;
    if (minuteCount <= most) return {};
    await this.#block(caller, toIso(instant((minute + 1) * MINUTE_MS)));
    return { overrun: most };
  }

  async #update(
    caller: string,
    expression: string,
    condition: string,
    checks: number,
    minute: number,
  ): Promise<Item | undefined> {
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(callerKey(caller)),
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#minute': 'minute' },
          ExpressionAttributeValues: { ':n': toN(checks), ':minute': toN(minute) },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }

  async #block(caller: string, until: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: keyItem(callerKey(caller)),
        UpdateExpression: 'SET blockedUntil = :until',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':until': toS(until) },
      }),
    );
  }
}
