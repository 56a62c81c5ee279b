import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { epochSeconds, instant, parseInstant, toIso } from '../kernel/clock.ts';
import type { Coverage, NewSegment, NotedLeaf, NotePosition, SealingState, SealStore } from '../seal/ports.ts';
import type { Segment } from '../seal/seal.ts';
import { type Item, keyItem, toN, toS } from './attributes.ts';
import { notesOfHour, sealingKey } from './keys.ts';
import { NoteItem, SealingItem, segmentItems } from './seal-items.ts';
import { DynamoSealReader, query } from './seal-reader.ts';

const HOUR_MS = 3_600_000;
/** Notes read at once. A page as large as the engine gives holds three segments' leaves, of which two would be read again. */
const NOTES_AT_ONCE = 25;
/** Before the first seal there may be notes as old as the stream can be behind, which is a day. */
const FIRST_LOOK_BACK_MS = 48 * HOUR_MS;

/** Seals in a table of their own. */
export class DynamoSealStore implements SealStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  readonly #reader: DynamoSealReader;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
    this.#reader = new DynamoSealReader(client, table);
  }

  async close(through: string): Promise<SealingState> {
    const first = toIso(instant(parseInstant(through) - FIRST_LOOK_BACK_MS));
    try {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(sealingKey),
          UpdateExpression:
            'SET #closed = :through, #note = if_not_exists(#note, :first), #taken = if_not_exists(#taken, :zero)',
          // Never back: between the two moments notes have been taken already.
          ConditionExpression: 'attribute_not_exists(#closed) OR #closed < :through',
          ExpressionAttributeNames: { '#closed': 'closed', '#note': 'note', '#taken': 'taken' },
          ExpressionAttributeValues: { ':through': toS(through), ':first': toS(first), ':zero': toN(0) },
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return SealingItem.parse(Attributes);
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return SealingItem.parse(error.Item);
      throw error;
    }
  }

  async noted(after: NotePosition, through: string, limit: number): Promise<NotedLeaf[]> {
    const noted: NotedLeaf[] = [];
    for (let from = after.note; from <= through && noted.length < limit; from = nextHour(from)) {
      const wanted = { pk: notesOfHour(from), from, to: through };
      for await (const item of query(this.#client, this.#table, wanted, NOTES_AT_ONCE)) {
        const { sk: note, body } = NoteItem.parse(item);
        const skipped = note === after.note ? after.taken : 0;
        noted.push(...body.map((leaf, index) => ({ leaf, position: { note, taken: index + 1 } })).slice(skipped));
        if (noted.length >= limit) break;
      }
    }
    return noted.slice(0, limit);
  }

  coverage(writer: string): Promise<Coverage> {
    return this.#reader.coverage(writer);
  }

  segment(number: number): Promise<Segment | undefined> {
    return this.#reader.segment(number);
  }

  async commit(before: SealingState, made: NewSegment): Promise<boolean> {
    const ttl = epochSeconds(parseInstant(made.keepUntil));
    const { head, through, position } = made;
    const puts = segmentItems(made, ttl).map((Item) => ({
      Put: { TableName: this.#table, Item, ConditionExpression: 'attribute_not_exists(pk)' },
    }));
    const moved = {
      Update: {
        TableName: this.#table,
        Key: keyItem(sealingKey),
        UpdateExpression:
          'SET #segment = :segment, #digest = :digest, #through = :through, #note = :note, #taken = :taken',
        ...unmoved(
          before,
          {
            ':segment': toN(head.segment),
            ':digest': toS(head.digest),
            ':through': toS(through),
            ':note': toS(position.note),
            ':taken': toN(position.taken),
          },
          { '#digest': 'digest', '#through': 'through' },
        ),
      },
    };
    try {
      await this.#client.send(new TransactWriteItemsCommand({ TransactItems: [...puts, moved] }));
      return true;
    } catch (error) {
      if (error instanceof TransactionCanceledException && isBeaten(error)) return false;
      throw error;
    }
  }

  async advance(before: SealingState, position: NotePosition): Promise<boolean> {
    return await this.#update(
      'SET #note = :note, #taken = :taken',
      unmoved(before, { ':note': toS(position.note), ':taken': toN(position.taken) }),
    );
  }

  async markArchived(number: number): Promise<void> {
    await this.#update('SET #archived = :number', {
      ConditionExpression: 'attribute_not_exists(#archived) OR #archived < :number',
      ExpressionAttributeNames: { '#archived': 'archived' },
      ExpressionAttributeValues: { ':number': toN(number) },
    });
  }

  async #update(UpdateExpression: string, condition: Condition): Promise<boolean> {
    try {
      await this.#client.send(
        new UpdateItemCommand({ TableName: this.#table, Key: keyItem(sealingKey), UpdateExpression, ...condition }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

interface Condition {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

/** Sealing stands where it did: no other sealer has moved it meanwhile. */
const unmoved = ({ head, position }: SealingState, values: Item, names: Record<string, string> = {}): Condition => ({
  ConditionExpression: `#note = :wasNote AND #taken = :wasTaken AND ${head ? '#segment = :was' : 'attribute_not_exists(#segment)'}`,
  ExpressionAttributeNames: { '#note': 'note', '#taken': 'taken', '#segment': 'segment', ...names },
  ExpressionAttributeValues: {
    ...values,
    ':wasNote': toS(position.note),
    ':wasTaken': toN(position.taken),
    ...(head && { ':was': toN(head.segment) }),
  },
});

const isBeaten = ({ CancellationReasons = [] }: TransactionCanceledException): boolean =>
  CancellationReasons.some(({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict');

/** The first moment of the hour after. */
const nextHour = (moment: string): string => {
  const at = parseInstant(moment.split('#')[0] ?? moment);
  return toIso(instant((Math.floor(at / HOUR_MS) + 1) * HOUR_MS));
};
