import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NameIndex } from '../intake/ports.ts';
import type { SubjectKey } from '../subject/key.ts';
import { batchGet } from './batch-get.ts';
import { AliasItem } from './items.ts';
import { aliasKey, keyText } from './keys.ts';

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
    const keyOf = (value: string) => aliasKey({ scheme: 'org-name', value });
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    const items = await batchGet(this.#client, this.#table, names.map(keyOf), signal);
    return new Map(
      names.flatMap((name) => {
        const item = items.get(keyText(keyOf(name)));
        return item ? [[name, AliasItem.parse(item).subjects] as const] : [];
      }),
    );
  }
}
