import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { sealerHandler } from '../../functions/sealer/handler.ts';
import { witnessHandler } from '../../functions/witness/handler.ts';
import { createTables, type TableNames } from '../../infra/local/tables.ts';
import { type Linked, WriterChain } from '../../lib/check/chain.ts';
import type { CheckRecord } from '../../lib/check/record.ts';
import type { Note } from '../../lib/check-log/note.ts';
import { type Item, keyItem } from '../../lib/dynamo/attributes.ts';
import { itemsOf } from '../../lib/dynamo/check-log-items.ts';
import { DynamoCheckLogWriter } from '../../lib/dynamo/check-log-writer.ts';
import { DynamoHeadBoard } from '../../lib/dynamo/head-board.ts';
import { recordKey } from '../../lib/dynamo/keys.ts';
import { logIn } from '../../lib/dynamo/log-lines.ts';
import { DynamoNoteBook } from '../../lib/dynamo/note-book.ts';
import { DynamoNoteWriter } from '../../lib/dynamo/note-writer.ts';
import { DynamoRecordLookup } from '../../lib/dynamo/record-lookup.ts';
import { DynamoSealStore } from '../../lib/dynamo/seal-store.ts';
import { instant } from '../../lib/kernel/clock.ts';
import type { SealingPorts } from '../../lib/seal/run.ts';
import type { Segment } from '../../lib/seal/seal.ts';
import { verifyLog } from '../../lib/seal/verify.ts';
import { checkRecord, never } from '../conformance/samples.ts';
import { ANSWER, KEYS, SIGNING, withReceipt } from './history.ts';

const SETTLE_MS = 180_000;

let logs = 0;

/** A log with its witness and its sealer, on a clock that the test turns. */
export class SealedLog {
  now = Date.parse('2026-11-21T01:00:00.000Z');
  readonly client: DynamoDBClient;
  readonly chain = new WriterChain();
  readonly store: DynamoSealStore;
  readonly tables: TableNames;
  readonly #writer: DynamoCheckLogWriter;
  #made = 0;

  /** In tables of its own on an engine that has started. */
  static async on(client: DynamoDBClient): Promise<SealedLog> {
    logs += 1;
    const tables = { registry: `Registry-${logs}`, checkLog: `CheckLog-${logs}`, seals: `Seals-${logs}` };
    await createTables(client, tables);
    return new SealedLog(client, tables);
  }

  private constructor(client: DynamoDBClient, tables: TableNames) {
    this.client = client;
    this.tables = tables;
    this.store = new DynamoSealStore(client, tables.seals);
    this.#writer = new DynamoCheckLogWriter(client, tables.checkLog);
  }

  /** A record with its receipt. */
  async signed(changes: Partial<CheckRecord> = {}, chain = this.chain): Promise<Linked> {
    return await withReceipt(this.link({ answer: ANSWER, ...changes }, chain));
  }

  /** Gives a record a place, without writing it. */
  link(changes: Partial<CheckRecord> = {}, chain = this.chain): Linked {
    this.#made += 1;
    const id = `sealed-log-record-${String(this.#made).padStart(4, '0')}`;
    return chain.link(checkRecord(id, { checkedAt: new Date(this.now).toISOString(), ...changes }));
  }

  async put(linked: Linked, chain = this.chain): Promise<void> {
    await this.#writer.append(linked.record, never);
    chain.written(linked);
  }

  /** Records one after the other, a second apart, which the stream brings at once. */
  async check(count: number, chain = this.chain): Promise<CheckRecord[]> {
    const records: CheckRecord[] = [];
    for (let made = 0; made < count; made += 1) {
      this.now += 1_000;
      const linked = await this.signed({}, chain);
      await this.put(linked, chain);
      records.push(linked.record);
    }
    await this.deliver(records);
    return records;
  }

  /** What the stream hands to the witness; `clock` is the witness's own. */
  async deliver(records: readonly CheckRecord[], clock?: () => number): Promise<void> {
    await this.deliverItems(records.flatMap(itemsOf), clock);
  }

  async deliverItems(items: readonly Item[], clock: () => number = () => this.now): Promise<void> {
    const book = new DynamoNoteBook(this.client, this.tables.seals, () => instant(clock()));
    await witnessHandler(book)({ Records: items.map(inserted) });
  }

  sealing(changes: Partial<SealingPorts> = {}): SealingPorts {
    return {
      store: this.store,
      log: new DynamoRecordLookup(this.client, this.tables.checkLog),
      archive: undefined,
      board: new DynamoHeadBoard(this.client, this.tables.registry),
      key: SIGNING.current,
      settleMs: SETTLE_MS,
      ...changes,
    };
  }

  /** Some minutes later. */
  async seal(changes: Partial<SealingPorts> = {}) {
    this.now += SETTLE_MS + 60_000;
    return await sealerHandler(this.sealing(changes), () => instant(this.now))();
  }

  /** Appends to a record, which the stream brings at once. Resolves with the item. */
  async append(record: CheckRecord, note: Note): Promise<Item> {
    const there = new Set((await this.items()).map(({ sk }) => sk?.S));
    await new DynamoNoteWriter(this.client, this.tables.checkLog).append(record, note);
    const item = (await this.items()).find(({ pk, sk }) => pk?.S === `C#${record.id}` && !there.has(sk?.S));
    if (!item) throw new Error('nothing was appended');
    await this.deliverItems([item]);
    return item;
  }

  async remove(id: string): Promise<void> {
    await this.client.send(new DeleteItemCommand({ TableName: this.tables.checkLog, Key: keyItem(recordKey(id)) }));
  }

  async segments(): Promise<Segment[]> {
    const segments: Segment[] = [];
    for (let number = 1; ; number += 1) {
      const segment = await this.store.segment(number);
      if (!segment) return segments;
      segments.push(segment);
    }
  }

  async items(): Promise<Item[]> {
    const { Items = [] } = await this.client.send(new ScanCommand({ TableName: this.tables.checkLog }));
    return Items;
  }

  async verify(segments?: readonly Segment[]) {
    const { records, appended, tombstones } = await logIn(linesOf(await this.items()));
    return await verifyLog({
      segments: segments ?? (await this.segments()),
      log: records,
      appended,
      tombstones,
      keys: KEYS,
      heads: [],
      receipts: [],
      now: instant(this.now),
    });
  }
}

async function* linesOf(items: readonly Item[]): AsyncGenerator<string> {
  for (const item of items) yield JSON.stringify({ Item: imageOf(item) });
}

/** The ids under each seal, in its order. */
export const idsIn = ({ leaves }: Segment): string[] => (leaves ?? []).map(({ id }) => id);

const inserted = (item: Item) => ({
  eventName: 'INSERT',
  dynamodb: {
    Keys: { pk: item.pk, sk: item.sk },
    NewImage: imageOf(item),
  },
});

/** As Lambda delivers it: bytes in base64. */
export const imageOf = (item: Item = {}) =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  );
