import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { Caller } from '../check/caller.ts';
import { aliasId, type RegistryQuery, type RegistryReader, type RegistryView } from '../check/ports.ts';
import type { Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import { type Item, jsonText, keyItem, S, stored } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { AliasItem, CatalogueItem, HeadItem, StandingItem } from './items.ts';
import { aliasKey, callerKey, catalogueKey, headKey, keyText, standingKey } from './keys.ts';

/** The block stands beside the body, so that setting it needs no reading of the body. */
const CallerItem = z.pipe(
  stored({ body: jsonText(Caller), blockedUntil: z.optional(S) }),
  z.transform(({ body, blockedUntil }) => (blockedUntil === undefined ? body : { ...body, blockedUntil })),
);

/** The Registry as a check may see it. Catalogue bodies are immutable and kept by version; nothing else is. */
export class DynamoRegistryReader implements RegistryReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  #catalogue: { readonly version: string; readonly body: Promise<Catalogue> } | undefined;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read({ caller, subjects, aliases }: RegistryQuery, signal: AbortSignal): Promise<RegistryView> {
    const items = await batchGet(
      this.#client,
      this.#table,
      [headKey, callerKey(caller), ...subjects.map(standingKey), ...aliases.map(aliasKey)],
      signal,
    );
    const { body: head, sealHead } = HeadItem.parse(items.get(keyText(headKey)));
    const callerItem = items.get(keyText(callerKey(caller)));
    return {
      head,
      sealHead,
      catalogue: await this.#catalogueOf(head.catalogueVersion, signal),
      caller: callerItem && CallerItem.parse(callerItem),
      standings: standingsIn(items, subjects),
      aliases: new Map(
        aliases.flatMap((alias) => {
          const item = items.get(keyText(aliasKey(alias)));
          const led = item ? AliasItem.parse(item).subjects : [];
          return led.length > 0 ? [[aliasId(alias), led] as const] : [];
        }),
      ),
    };
  }

  async standings(keys: readonly SubjectKey[], signal: AbortSignal): Promise<Map<SubjectKey, Standing>> {
    return standingsIn(await batchGet(this.#client, this.#table, keys.map(standingKey), signal), keys);
  }

  /** One read for each version, though many ask at once. */
  #catalogueOf(version: string, signal: AbortSignal): Promise<Catalogue> {
    if (this.#catalogue?.version === version) return this.#catalogue.body;
    const body = this.#readCatalogue(version, signal);
    this.#catalogue = { version, body };
    body.catch(() => {
      if (this.#catalogue?.body === body) this.#catalogue = undefined;
    });
    return body;
  }

  async #readCatalogue(version: string, signal: AbortSignal): Promise<Catalogue> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(catalogueKey(version)), ConsistentRead: true }),
      { abortSignal: signal },
    );
    return CatalogueItem.parse(Item).body;
  }
}

/** The standings among the items of a batched read. */
export function standingsIn(items: ReadonlyMap<string, Item>, keys: readonly SubjectKey[]): Map<SubjectKey, Standing> {
  const standings = new Map<SubjectKey, Standing>();
  for (const key of keys) {
    const item = items.get(keyText(standingKey(key)));
    if (item && !standings.has(key)) standings.set(key, StandingItem.parse(item).body);
  }
  return standings;
}
