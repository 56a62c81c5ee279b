import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type Clock, epochSeconds, instant, toIso } from '../kernel/clock.ts';
import type { Leaf } from '../seal/leaf.ts';
import { keyItem, S, toN, toText, VERSION } from './attributes.ts';
import { noteOfKey, sealingKey } from './keys.ts';

const BATCH_BYTES = 6;
const ATTEMPTS = 3;
/** Long after it has been sealed; until then a sealer that was down for weeks still finds it. */
const KEPT_MS = 30 * 24 * 3_600_000;

const ClosedItem = z.object({ closed: z.optional(S) });

/** Leaves as they come from the log's stream, kept until they are sealed. */
export class DynamoNoteBook {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, table: string, clock: Clock) {
    this.#client = client;
    this.#table = table;
    this.#clock = clock;
  }

  /**
   * Notes the leaves at this moment; again at a later one where the sealer says, after the note was written, that it no
   * longer looks there: it says so before it looks, so that one of the two always sees the other.
   */
  async note(leaves: readonly Leaf[]): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const now = this.#clock();
      const at = toIso(now);
      const note = `${at}#${randomBytes(BATCH_BYTES).toString('hex')}`;
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...keyItem(noteOfKey(note)),
            v: toN(VERSION),
            ttl: toN(epochSeconds(instant(now + KEPT_MS))),
            body: toText(JSON.stringify(leaves)),
          },
        }),
      );
      const { Item } = await this.#client.send(
        new GetItemCommand({
          TableName: this.#table,
          Key: keyItem(sealingKey),
          ProjectionExpression: '#closed',
          ExpressionAttributeNames: { '#closed': 'closed' },
          ConsistentRead: true,
        }),
      );
      const { closed } = ClosedItem.parse(Item ?? {});
      if (closed === undefined || closed <= at) return;
    }
    throw new Error('the sealer is ahead of this clock');
  }
}
