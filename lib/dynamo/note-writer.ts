import { randomBytes } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Note } from '../check-log/note.ts';
import type { NoteWriter } from '../check-log/ports.ts';
import { salted } from './appended-items.ts';
import { appendedTerm } from './appended-term.ts';
import { jsonText, keyItem, stored, toN, toText, VERSION } from './attributes.ts';
import { noteKey } from './keys.ts';

const SUFFIX_BYTES = 6;
const NoteItem = stored({ body: jsonText(Note) });

/** Appends to a check under a key that sorts by time, or under one that its caller gives. */
export class DynamoNoteWriter implements NoteWriter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(...[{ id, keepUntil }, note, under]: Parameters<NoteWriter['append']>): Promise<Note | undefined> {
    const noteId = under ?? `${note.at}-${randomBytes(SUFFIX_BYTES).toString('hex')}`;
    const term = await appendedTerm(this.#client, this.#table, { checkId: id, keepUntil, at: note.at });
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: {
            ...keyItem(noteKey(id, noteId)),
            v: toN(VERSION),
            body: toText(JSON.stringify(note)),
            ...salted(),
            ...term,
          },
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException && error.Item) return NoteItem.parse(error.Item).body;
      throw error;
    }
  }
}
