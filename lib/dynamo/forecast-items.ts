import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Counted, Matter } from '../retention/matter.ts';
import type { MonthCount } from '../retention/ports.ts';
import { type Item, keyItem, N, S, toN, VERSION } from './attributes.ts';
import { forecastKey } from './keys.ts';

const CountItem = z.catchall(z.object({ v: z.pipe(N, z.literal(VERSION)), pk: S, sk: S }), N);

/** The updates by which a matter is counted as what it is now and no more as what it was; none where that is the same. */
export function recounted(
  table: string,
  { caller, matter }: Pick<Matter, 'caller' | 'matter'>,
  was: Counted | undefined,
  is: Counted | undefined,
): TransactWriteItem[] {
  const changes = [
    ...(was?.as ?? []).map((as) => ({ month: was?.month ?? '', as, by: -1 })),
    ...(is?.as ?? []).map((as) => ({ month: is?.month ?? '', as, by: 1 })),
  ];
  return [...Map.groupBy(changes, ({ month }) => month)].flatMap(([month, inMonth]) => {
    const sums = [...Map.groupBy(inMonth, ({ as }) => as)]
      .map(([as, each]) => ({ as, by: each.reduce((sum, { by }) => sum + by, 0) }))
      .filter(({ by }) => by !== 0);
    if (sums.length === 0) return [];
    return [
      {
        Update: {
          TableName: table,
          Key: keyItem(forecastKey(month, caller, matter)),
          UpdateExpression: `SET v = :v ADD ${sums.map((_, index) => `#${index} :${index}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(sums.map(({ as }, index) => [`#${index}`, as])),
          ExpressionAttributeValues: {
            ':v': toN(VERSION),
            ...Object.fromEntries(sums.map(({ by }, index) => [`:${index}`, toN(by)])),
          },
        },
      },
    ];
  });
}

/** One part of a month. */
export function countIn(item: Item): MonthCount {
  const { v: _, pk: __, sk, ...counts } = CountItem.parse(item);
  return { month: sk.slice(0, sk.indexOf('#')), counts };
}
