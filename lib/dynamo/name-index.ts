import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NameIndex } from '../intake/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { batchRead } from './batch-get.ts';
import { AliasItem } from './items.ts';
import { aliasKey } from './keys.ts';

const READ_TIMEOUT_MS = 10_000;

/** The subjects behind organisations' names. */
export class DynamoNameIndex implements NameIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async subjectsOf(names: readonly string[]): Promise<Map<string, readonly SubjectKey[]>> {
    return await batchRead(this.#client, this.#table, names, {
      keyOf: (value) => aliasKey({ scheme: 'org-name', value }),
      valueIn: (item) => AliasItem.parse(item).subjects,
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }
}
