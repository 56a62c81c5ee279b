import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Item, toS } from './attributes.ts';
import { found } from './found.ts';

/** Every item of one partition of a table, in order, read consistently: for those that are small. */
export const wholePartition = (client: DynamoDBClient, table: string, pk: string): Promise<Item[]> =>
  Array.fromAsync(
    found(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': toS(pk) },
      ConsistentRead: true,
    }),
  );
