import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { AliasKey } from '../check/ports.ts';
import type { AliasStore } from '../listing/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { keyItem, toN, toS, VERSION } from './attributes.ts';
import { AliasItem } from './items.ts';
import { aliasEventKey, aliasKey } from './keys.ts';

/** Ties registration numbers and attested codes to subjects; every signature stays beside the alias. */
export class DynamoAliasStore implements AliasStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The subjects that an alias leads to. */
  async subjectsOf(alias: AliasKey): Promise<readonly SubjectKey[]> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(aliasKey(alias)), ConsistentRead: true }),
    );
    return Item ? AliasItem.parse(Item).subjects : [];
  }

  async link(...[alias, subject, by, at]: Parameters<AliasStore['link']>): Promise<boolean> {
    const item = { v: toN(VERSION), subjects: { SS: [subject] }, by: toS(JSON.stringify(by)), at: toS(at) };
    const table = { TableName: this.#table };
    const untiedOrSame = {
      ConditionExpression: 'attribute_not_exists(pk) OR subjects = :same',
      ExpressionAttributeValues: { ':same': { SS: [subject] } },
    };
    try {
      await this.#client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { ...table, Item: { ...keyItem(aliasKey(alias)), ...item }, ...untiedOrSame } },
            { Put: { ...table, Item: { ...keyItem(aliasEventKey(alias, at)), ...item } } },
          ],
        }),
      );
      return true;
    } catch (error) {
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code === 'ConditionalCheckFailed') return false;
      throw error;
    }
  }
}
