import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Import, type ImportState, PieceResult } from '../intake/import.ts';
import { newSource, SourceState } from '../intake/source-state.ts';
import type { ImportStore } from '../intake/step.ts';
import { type Item, jsonText, keyItem, N, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchRead } from './batch-get.ts';
import { ConflictStore } from './conflict-store.ts';
import { found } from './found.ts';
import { importKey, importPieceKey, importsThatAre, type Key, proposedAt, sourceKey } from './keys.ts';

const ImportItem = stored({ ver: N, body: jsonText(Import) });
const ImportLine = stored({ waitingSince: S, body: jsonText(Import) });
const SourceItem = stored({ ver: N, body: jsonText(SourceState) });
const PieceItem = stored({ piece: S, body: jsonText(PieceResult) });

const ATTEMPTS = 20;
const PAUSE_MS = 10;
const READ_TIMEOUT_MS = 10_000;

interface Versioned<T> {
  readonly ver: number;
  readonly body: T;
}

/** Imports, the results of their pieces, and what each source has of them. */
export class DynamoImportStore extends ConflictStore implements ImportStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    super(client, table);
    this.#client = client;
    this.#table = table;
  }

  /** Resolves with false where there is one of this id. */
  create(created: Import): Promise<boolean> {
    return this.#put(importKey(created.id), created, 0, standsIn(created));
  }

  async read(id: string): Promise<Import | undefined> {
    return (await this.#import(id))?.body;
  }

  async change(id: string, next: (before: Import) => Import): Promise<Import> {
    const read = async () => {
      const found = await this.#import(id);
      if (!found) throw new RangeError('no such import');
      return found;
    };
    const changed = await this.#change(importKey(id), read, next, standsIn);
    return changed ?? (await read()).body;
  }

  /**
   * Imports of a state before a place, newest first; `reached` is undefined where there are no more. May lag behind the last
   * change by a moment.
   */
  async inState(
    state: ImportState,
    before: string | undefined,
    limit: number,
  ): Promise<{ lines: { import: Import; place: string }[]; reached: string | undefined }> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byWaiting',
        KeyConditionExpression: `waiting = :state${before === undefined ? '' : ' AND waitingSince < :before'}`,
        ExpressionAttributeValues: {
          ':state': toS(importsThatAre(state)),
          ...(before !== undefined && { ':before': toS(before) }),
        },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const lines = Items.map((item) => {
      const { waitingSince, body } = ImportLine.parse(item);
      return { import: body, place: waitingSince };
    });
    return { lines, reached: LastEvaluatedKey && lines.at(-1)?.place };
  }

  async savePiece(...[id, step, piece, result]: Parameters<ImportStore['savePiece']>): Promise<void> {
    await this.#client.send(
      new PutItemCommand({
        TableName: this.#table,
        Item: {
          ...keyItem(importPieceKey(id, step, piece)),
          v: toN(VERSION),
          piece: toS(piece),
          body: toText(JSON.stringify(result)),
        },
      }),
    );
  }

  async pieces(id: string, step: 'diff' | 'work'): Promise<Map<string, PieceResult>> {
    const { pk, sk } = importPieceKey(id, step, '');
    const pieces = new Map<string, PieceResult>();
    const items = found(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :step)',
      ExpressionAttributeValues: { ':pk': toS(pk), ':step': toS(sk) },
      ConsistentRead: true,
    });
    for await (const item of items) {
      const { piece, body } = PieceItem.parse(item);
      pieces.set(piece, body);
    }
    return pieces;
  }

  async source(source: string): Promise<SourceState | undefined> {
    return (await this.#source(source)).body;
  }

  /** Those of which anything is known. */
  async sources(ids: readonly string[]): Promise<Map<string, SourceState>> {
    return await batchRead(this.#client, this.#table, ids, {
      keyOf: sourceKey,
      valueIn: (item) => SourceItem.parse(item).body,
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
  }

  changeSource(
    source: string,
    next: (before: SourceState) => SourceState | undefined,
  ): Promise<SourceState | undefined> {
    return this.#change(sourceKey(source), () => this.#source(source), next);
  }

  async #import(id: string): Promise<Versioned<Import> | undefined> {
    const item = await this.#get(importKey(id));
    return item && ImportItem.parse(item);
  }

  async #source(source: string): Promise<Versioned<SourceState>> {
    const item = await this.#get(sourceKey(source));
    return item ? SourceItem.parse(item) : { ver: 0, body: newSource(source) };
  }

  async #change<T extends object>(
    key: Key,
    read: () => Promise<Versioned<T>>,
    next: (before: T) => T | undefined,
    indexed: (after: T) => Item = () => ({}),
  ): Promise<T | undefined> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const { ver, body } = await read();
      const after = next(body);
      if (after === undefined || after === body) return after;
      if (await this.#put(key, after, ver, indexed(after))) return after;
      await setTimeout(PAUSE_MS * attempt);
    }
    throw new Error('an import is changed all the time');
  }

  async #put(key: Key, body: object, ver: number, indexed: Item): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...keyItem(key), v: toN(VERSION), ver: toN(ver + 1), body: toText(JSON.stringify(body)), ...indexed },
          ...(ver === 0
            ? { ConditionExpression: 'attribute_not_exists(pk)' }
            : { ConditionExpression: 'ver = :ver', ExpressionAttributeValues: { ':ver': toN(ver) } }),
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async #get(key: Key): Promise<Item | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item;
  }
}

/** Where an import is found by its state. */
const standsIn = ({ id, state, createdAt }: Import): Item => ({
  waiting: toS(importsThatAre(state)),
  waitingSince: toS(proposedAt(createdAt, id)),
});
