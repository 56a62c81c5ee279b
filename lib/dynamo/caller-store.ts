import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { RegisteredCaller } from '../check/registration.ts';
import { jsonText, keyItem, toN, toText, VERSION } from './attributes.ts';
import { callerKey } from './keys.ts';

const CallerItem = z.object({ body: jsonText(RegisteredCaller) });

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
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...keyItem(callerKey(caller.id)), v: toN(VERSION), body: bodyOf(caller) },
          ...(before
            ? {
                ConditionExpression: 'body = :before',
                ExpressionAttributeValues: { ':before': bodyOf(before) },
              }
            : { ConditionExpression: 'attribute_not_exists(pk)' }),
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
