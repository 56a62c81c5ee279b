import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Looking } from '../check-log/bulk.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Item, keyItem, N, SS, stored, toN, VERSION } from './attributes.ts';
import { lookingKey } from './keys.ts';

const LookingItem = stored({ looks: N, lines: N, subjects: z.optional(SS) });

/** A count of looks per client and window, which the next window starts afresh. */
export class DynamoLookMeter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The client's looks of the window with these; undefined where a later window has begun already. */
  async count(client: string, looking: Looking, window: Instant): Promise<Looking | undefined> {
    const counted =
      (await this.#update(client, looking, window, 'same')) ?? (await this.#update(client, looking, window, 'later'));
    if (!counted) return undefined;
    const { looks, lines, subjects = [] } = LookingItem.parse(counted);
    return { looks, lines, subjects: new Set(subjects) };
  }

  async #update(client: string, looking: Looking, window: Instant, than: 'same' | 'later'): Promise<Item | undefined> {
    const { looks, lines, subjects } = looking;
    const values = {
      looks: toN(looks),
      lines: toN(lines),
      ...(subjects.size > 0 && { subjects: { SS: [...subjects] } }),
    };
    const names = Object.keys(values);
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(lookingKey(client)),
          UpdateExpression:
            than === 'same'
              ? `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`
              : `SET #v = :v, #window = :window, ${names.map((name) => `#${name} = :${name}`).join(', ')}` +
                (subjects.size > 0 ? '' : ' REMOVE #subjects'),
          ConditionExpression: than === 'same' ? '#window = :window' : 'attribute_not_exists(pk) OR #window < :window',
          ExpressionAttributeNames: {
            '#window': 'window',
            ...(than === 'later' && { '#v': 'v', '#subjects': 'subjects' }),
            ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
          },
          ExpressionAttributeValues: {
            ':window': toN(window),
            ...(than === 'later' && { ':v': toN(VERSION) }),
            ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
          },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return Attributes;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  }
}
