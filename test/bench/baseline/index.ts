import { randomBytes } from 'node:crypto';
import { type AttributeValue, BatchGetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoClient } from '../../../lib/dynamo/client.ts';

/** What the check function sent for one question, to be sent again without the check function. */
export interface BaselineWork {
  readonly registry: string;
  readonly keys: Record<string, AttributeValue>[];
  readonly checkLog: string;
  readonly item: Record<string, AttributeValue>;
}

const ID_BYTES = 16;

const client = dynamoClient({ region: process.env.AWS_REGION ?? '', endpoint: process.env.DYNAMODB_ENDPOINT });

/**
 * The SDK's client alone: the same read, and the same item under a fresh key.
 * @public the bundle's entry, called by the processes that measure
 */
export async function handler({ registry, keys, checkLog, item }: BaselineWork): Promise<void> {
  await client.send(new BatchGetItemCommand({ RequestItems: { [registry]: { Keys: keys, ConsistentRead: true } } }));
  const id = randomBytes(ID_BYTES).toString('base64url');
  const [at = ''] = (item.at?.S ?? '').split('#');
  await client.send(
    new PutItemCommand({
      TableName: checkLog,
      Item: { ...item, pk: { S: `C#${id}` }, at: { S: `${at}#${id}` } },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
}
