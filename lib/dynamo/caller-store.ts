import {
  type DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { CallerEvent, RegisteredCaller } from '../check/registration.ts';
import { jsonText, keyItem, SS, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { callerEventKey, callerKey, callersKey } from './keys.ts';

const EventItem = stored({ body: jsonText(CallerEvent) });
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

  /** What happened to a caller's registration, oldest first. */
  async history(id: string): Promise<CallerEvent[]> {
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :event)',
        ExpressionAttributeValues: { ':pk': toS(callerKey(id).pk), ':event': toS('E#') },
        ConsistentRead: true,
      }),
    );
    return Items.map((item) => EventItem.parse(item).body);
  }

  /** Writes a caller and what happened to it at once. Resolves with false where the stored caller is not `before`. */
  async move(event: CallerEvent, before: RegisteredCaller | undefined): Promise<boolean> {
    const { caller, at, kind } = event;
    return this.#transact([
      ...this.#itemsOf(caller, before),
      {
        Put: {
          TableName: this.#table,
          Item: {
            ...keyItem(callerEventKey(caller.id, at, kind)),
            v: toN(VERSION),
            body: toText(JSON.stringify(CallerEvent.parse(event))),
          },
        },
      },
    ]);
  }

  /** Writes a caller of whom nothing is told. Resolves with false where the stored caller is not `before`. */
  async write(caller: RegisteredCaller, before: RegisteredCaller | undefined): Promise<boolean> {
    return this.#transact(this.#itemsOf(caller, before));
  }

  #itemsOf(caller: RegisteredCaller, before: RegisteredCaller | undefined): TransactWriteItem[] {
    const key = keyItem(callerKey(caller.id));
    if (before)
      // The meter's count and block stand beside the body, and stay.
      return [
        {
          Update: {
            TableName: this.#table,
            Key: key,
            UpdateExpression: 'SET body = :after',
            ConditionExpression: 'body = :before',
            ExpressionAttributeValues: { ':after': bodyOf(caller), ':before': bodyOf(before) },
          },
        },
      ];
    return [
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
    ];
  }

  async #transact(TransactItems: TransactWriteItem[]): Promise<boolean> {
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems }));
      return true;
    } catch (error) {
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code === 'ConditionalCheckFailed' || first?.Code === 'TransactionConflict') return false;
      throw error;
    }
  }
}
/** Fields in the order of the schema, so that the same caller is the same text. */
const bodyOf = (caller: RegisteredCaller) => toText(JSON.stringify(RegisteredCaller.parse(caller)));
