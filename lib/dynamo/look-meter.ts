import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Looking } from '../check-log/bulk.ts';
import { MOST_SUBJECTS } from '../check-log/bulk-rules.ts';
import type { Instant } from '../kernel/clock.ts';
import { type Item, keyItem, N, SS, stored, toN, VERSION } from './attributes.ts';
import { lookingKey } from './keys.ts';

const LookingItem = stored({ looks: N, lines: N, others: N, subjects: z.optional(SS) });

/** In the same window as long as there is room for subjects, or without them; or in one that begins. */
const WHERE = {
  same: '#window = :window AND (attribute_not_exists(#subjects) OR size(#subjects) <= :most)',
  full: '#window = :window',
  later: 'attribute_not_exists(pk) OR #window < :window',
} as const;

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
      (await this.#update(client, looking, window, 'same')) ??
      (await this.#update(client, { ...looking, subjects: new Set() }, window, 'full')) ??
      (await this.#update(client, looking, window, 'later'));
    if (!counted) return undefined;
    const { looks, lines, others, subjects = [] } = LookingItem.parse(counted);
    return { looks, lines, others, subjects: new Set(subjects) };
  }

  async #update(
    client: string,
    looking: Looking,
    window: Instant,
    than: keyof typeof WHERE,
  ): Promise<Item | undefined> {
    const { looks, lines, others, subjects } = looking;
    const values = {
      looks: toN(looks),
      lines: toN(lines),
      others: toN(others),
      ...(subjects.size > 0 && { subjects: { SS: [...subjects] } }),
    };
    const names = Object.keys(values);
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(lookingKey(client)),
          UpdateExpression:
            than !== 'later'
              ? `ADD ${names.map((name) => `#${name} :${name}`).join(', ')}`
              : `SET #v = :v, #window = :window, ${names.map((name) => `#${name} = :${name}`).join(', ')}` +
                (subjects.size > 0 ? '' : ' REMOVE #subjects'),
          ConditionExpression: WHERE[than],
          ExpressionAttributeNames: {
            '#window': 'window',
            ...(than !== 'full' && { '#subjects': 'subjects' }),
            ...(than === 'later' && { '#v': 'v' }),
            ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
          },
          ExpressionAttributeValues: {
            ':window': toN(window),
            ...(than === 'same' && { ':most': toN(MOST_SUBJECTS) }),
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
