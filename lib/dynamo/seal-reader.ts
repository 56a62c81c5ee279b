import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Coverage, SealReader } from '../seal/ports.ts';
import type { Segment } from '../seal/seal.ts';
import { type Item, keyItem, toS } from './attributes.ts';
import { found } from './found.ts';
import { coveredKey, type Key, leavesKey, sealKey } from './keys.ts';
import { CoveredItem, LeavesItem, SealItem } from './seal-items.ts';

/** After every key of its kind. */
const END = '~';

/** Seals, for who proves something with them. */
export class DynamoSealReader implements SealReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async coverage(writer: string): Promise<Coverage> {
    const { pk } = coveredKey(writer, 0);
    const sealed: Coverage['sealed'][number][] = [];
    const gaps: Coverage['gaps'][number][] = [];
    for await (const item of query(this.#client, this.#table, { pk, from: '0', to: END })) {
      const { sk, body } = CoveredItem.parse(item);
      sealed.push(...body.sealed.map(([from, to]) => ({ from, to, segment: Number(sk) })));
      gaps.push(...body.gaps.map(([from, to]) => ({ from, to })));
    }
    return { sealed, gaps };
  }

  async segment(number: number): Promise<Segment | undefined> {
    const seal = await this.#get(sealKey(number));
    if (!seal) return undefined;
    const { pk, sk } = leavesKey(number, 0);
    const parts: Segment['leaves'][] = [];
    for await (const item of query(this.#client, this.#table, { pk, from: sk, to: `L#${END}` }))
      parts.push(LeavesItem.parse(item).body);
    return { seal: SealItem.parse(seal).seal, leaves: parts.length === 0 ? null : parts.flatMap((part) => part ?? []) };
  }

  async #get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item;
  }
}

/** The items of one partition between two sort keys, consistently. */
export const query = (
  client: DynamoDBClient,
  table: string,
  { pk, from, to }: { readonly pk: string; readonly from: string; readonly to: string },
  limit?: number,
): AsyncGenerator<Item> =>
  found(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': toS(pk), ':from': toS(from), ':to': toS(to) },
    ConsistentRead: true,
    ...(limit !== undefined && { Limit: limit }),
  });
