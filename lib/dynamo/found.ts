import { type DynamoDBClient, paginateQuery, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/** Every item that a Query finds, in its order; a page is asked for when it is come to. */
export async function* found(client: DynamoDBClient, query: QueryCommandInput): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateQuery({ client }, query)) yield* Items;
}
