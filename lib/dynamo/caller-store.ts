import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { RegisteredCaller } from '../check/registration.ts';
import { jsonText, keyItem, SS, stored, toN, toText, VERSION } from './attributes.ts';
import { callerKey, callersKey } from './keys.ts';

const CallersItem = stored({ ids: SS });
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

  /** Every registered caller, whatever its state. */
  async ids(): Promise<readonly string[]> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(callersKey), ConsistentRead: true }),
    );
    return Item ? CallersItem.parse(Item).ids : [];
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
          new TransactWriteItemsCommand({
            TransactItems: [
              {
                Put: {
                  TableName: this.#table,
                  Item: { ...key, v: toN(VERSION), body: bodyOf(caller) },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              },
              {
                Update: {
                  TableName: this.#table,
                  Key: keyItem(callersKey),
                  UpdateExpression: 'ADD ids :id SET v = :v',
                  ExpressionAttributeValues: { ':id': { SS: [caller.id] }, ':v': toN(VERSION) },
                },
              },
            ],
          }),
        );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code === 'ConditionalCheckFailed') return false;
      throw error;
    }
  }
}

/** Fields in the order of the schema, so that the same caller is the same text. */
const bodyOf = (caller: RegisteredCaller) => toText(JSON.stringify(RegisteredCaller.parse(caller)));
