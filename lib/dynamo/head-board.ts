import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SealHead } from '../check/seal-head.ts';
import type { HeadBoard } from '../seal/ports.ts';
import { keyItem, toN, toS } from './attributes.ts';
import { headKey } from './keys.ts';

/** The head of the last seal on the item that every check reads anyway: at no unit more. */
export class DynamoHeadBoard implements HeadBoard {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Never an older one; before the first catalogue is published there is nowhere to show it. */
  async show({ segment, digest }: SealHead): Promise<void> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(headKey),
          UpdateExpression: 'SET #segment = :segment, #digest = :digest',
          ConditionExpression: 'attribute_exists(pk) AND (attribute_not_exists(#segment) OR #segment < :segment)',
          ExpressionAttributeNames: { '#segment': 'sealSegment', '#digest': 'sealDigest' },
          ExpressionAttributeValues: { ':segment': toN(segment), ':digest': toS(digest) },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
