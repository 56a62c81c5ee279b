import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { AliasKey } from '../check/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { keyItem } from './attributes.ts';
import { AliasItem } from './items.ts';
import { aliasKey } from './keys.ts';

/** Whom other identifiers lead to. */
export class DynamoAliasSubjects {
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
}
