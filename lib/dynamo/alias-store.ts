import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { AliasKey } from '../check/ports.ts';
import type { AliasStore } from '../listing/ports.ts';
import { SubjectKey } from '../subject/key.ts';
import { keyItem, SS, toN, toS, VERSION } from './attributes.ts';
import { aliasKey } from './keys.ts';

const AliasItem = z.object({ subjects: SS.pipe(z.array(SubjectKey)) });

/** Ties registration numbers and attested codes to subjects. The latest signature counts; the stream keeps the earlier ones. */
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

  async link(...[alias, subject, by, at]: Parameters<AliasStore['link']>): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          ...keyItem(aliasKey(alias)),
          v: toN(VERSION),
          subjects: { SS: [subject] },
          by: toS(JSON.stringify(by)),
          at: toS(at),
        },
      }),
    );
  }
}
