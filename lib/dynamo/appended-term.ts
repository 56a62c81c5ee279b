import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { parseInstant } from '../kernel/clock.ts';
import { type Item, toS } from './attributes.ts';
import { recordKey } from './keys.ts';
import { toTerm } from './term.ts';

/** At the latest after so long a hold has been carried to what was appended since. */
const CARRIED_WITHIN_MS = 2 * 24 * 3_600_000;

/** What is appended to, and when. */
interface Appended {
  readonly checkId: string;
  /** Of the check. ISO 8601, as `at`. */
  readonly keepUntil: string;
  readonly at: string;
}

/**
 * The term of what is appended to a check: the check's own. One that is over can only be that of a held matter; one that is
 * nearly over stands where that of the record does, as a hold may come too late to it, and nobody would ever let it go on where
 * there is none.
 */
export async function appendedTerm(
  client: DynamoDBClient,
  table: string,
  { checkId, keepUntil, at }: Appended,
): Promise<Item> {
  const left = parseInstant(keepUntil) - parseInstant(at);
  const stopped = left <= 0 || (left < CARRIED_WITHIN_MS && (await isStopped(client, table, checkId)));
  return stopped ? { heldTtl: toTerm(keepUntil) } : { ttl: toTerm(keepUntil) };
}

async function isStopped(client: DynamoDBClient, table: string, checkId: string): Promise<boolean> {
  const { pk, sk } = recordKey(checkId);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p AND sk = :s',
      ExpressionAttributeValues: { ':p': toS(pk), ':s': toS(sk) },
      ProjectionExpression: 'heldTtl',
      ConsistentRead: true,
    }),
  );
  return Items[0]?.heldTtl !== undefined;
}
