import { randomBytes } from 'node:crypto';
import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { NoteWriter } from '../check-log/ports.ts';
import { salted } from './appended-items.ts';
import { keyItem, toN, toText, VERSION } from './attributes.ts';
import { noteKey } from './keys.ts';
import { appendedTerm } from './term.ts';

const SUFFIX_BYTES = 6;

/** Appends to a check under a key that sorts by time. */
export class DynamoNoteWriter implements NoteWriter {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(...[{ id, keepUntil }, note]: Parameters<NoteWriter['append']>): Promise<void> {
    const noteId = `${note.at}-${randomBytes(SUFFIX_BYTES).toString('hex')}`;
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          ...keyItem(noteKey(id, noteId)),
          v: toN(VERSION),
          body: toText(JSON.stringify(note)),
          ...salted(),
          ...appendedTerm(keepUntil, note.at),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );
  }
}
