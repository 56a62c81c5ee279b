import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RegisteredCaller } from '../check/registration.ts';
import { jsonText, keyItem, stored, toN, toText, VERSION } from './attributes.ts';
import { callerKey } from './keys.ts';

const CallerItem = stored({ body: jsonText(RegisteredCaller) });

/** Registered callers. */
export class DynamoCallerStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(id: string): Promise<RegisteredCaller | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(callerKey(id)), ConsistentRead: true }),
    );
    return Item && CallerItem.parse(Item).body;
  }

  /** Resolves with false where the stored caller is not `before`. */
  async write(caller: RegisteredCaller, before: RegisteredCaller | undefined): Promise<boolean> {
    const key = keyItem(callerKey(caller.id));
    try {
      if (before)
        // The meter's count and block stand beside the body, and stay.
        await this.#client.send(
          new UpdateItemCommand({
            TableName: this.#table,
            Key: key,
            UpdateExpression: 'SET body = :after',
            ConditionExpression: 'body = :before',
            ExpressionAttributeValues: { ':after': bodyOf(caller), ':before': bodyOf(before) },
          }),
        );
      else
        await this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: { ...key, v: toN(VERSION), body: bodyOf(caller) },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

/** Fields in the order of the schema, so that the same caller is the same text. */
const bodyOf = (caller: RegisteredCaller) => toText(JSON.stringify(RegisteredCaller.parse(caller)));
