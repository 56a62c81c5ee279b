import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { CheckAnswer } from '../check/answer.ts';
import { type CheckRecord, RecordedOutcome } from '../check/record.ts';
import { Note } from '../check-log/note.ts';
import type { AskedPrincipal, CheckLogReader, LogPartition, LogRange, LogRow, Stretch } from '../check-log/ports.ts';
import { B, type Item, jsonText, S, stored } from './attributes.ts';
import { batchGet, batchRead } from './batch-get.ts';
import { PersonsItem, recordIn } from './check-log-items.ts';
import { type IndexPartition, indexStretch } from './index-stretch.ts';
import { callerHit, callerMatter, keyText, personsKey, recordKey } from './keys.ts';
import { ListingIds } from './listing-ids.ts';
import { wholePartition } from './partition.ts';
import { unpackBody } from './record-body.ts';
import { TERM, termOf } from './term.ts';

const TIMEOUT_MS = 5_000;

const NoteItem = stored({ body: jsonText(Note) });
const RowItem = z.object({
  sk: S,
  at: S,
  ...TERM,
  outcome: z.pipe(S, RecordedOutcome),
  scene: S,
  matter: z.optional(S),
  caller: z.optional(S),
  shown: z.optional(S),
  principal: z.optional(S),
  operator: S,
  listings: z.optional(ListingIds),
  listingsBeside: z.optional(ListingIds),
  via: z.optional(S),
});

/** The log through its indexes, and one record by its id. */
export class DynamoCheckLogReader implements Omit<CheckLogReader, 'maskedIds'> {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async record(id: string): Promise<{ record: CheckRecord; notes: Note[] } | undefined> {
    // It, its members, persons and notes: at most some dozens.
    const items = await wholePartition(this.#client, this.#table, recordKey(id).pk);
    const isNote = (item: Item) => S.parse(item.sk).startsWith('N#');
    const record = recordIn(items.filter((item) => !isNote(item)));
    return record && { record, notes: items.filter(isNote).map((item) => NoteItem.parse(item).body) };
  }

  stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<Stretch<LogRow>> {
    const on = { client: this.#client, table: this.#table, ...indexOf(partition) };
    return indexStretch(on, range, limit, (item) => rowOf(item, partition), keep);
  }

  async principals(ids: readonly string[]): Promise<Map<string, AskedPrincipal>> {
    return await batchRead(this.#client, this.#table, [...new Set(ids)], {
      keyOf: recordKey,
      valueIn: principalIn,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  }

  /** What is left of the persons in lines, keyed `id/member`, and until when each is kept, in epoch seconds. */
  async masked(
    rows: readonly Pick<LogRow, 'id' | 'member'>[],
  ): Promise<Map<string, { id: string; keptUntil: number }>> {
    const items = await batchGet(
      this.#client,
      this.#table,
      rows.map(({ id }) => personsKey(id)),
      AbortSignal.timeout(TIMEOUT_MS),
    );
    return new Map(
      rows.flatMap(({ id, member }) => {
        const item = items.get(keyText(personsKey(id)));
        const persons = item && PersonsItem.parse(item);
        const person = persons?.body.find(({ index }) => index === member);
        return persons && person ? [[`${id}/${member}`, { id: person.id, keptUntil: termOf(persons) }] as const] : [];
      }),
    );
  }
}

/** What is read of a record where only its principal is wanted. */
function principalIn(item: Item): AskedPrincipal | undefined {
  const { packedBy, body } = PackedItem.parse(item);
  const { answer } = unpackBody({ dictionary: packedBy, bytes: body });
  return Asked.safeParse(JSON.parse(answer)).data?.principal;
}
const PackedItem = stored({ packedBy: S, body: B });
const Asked = z.object({ principal: CheckAnswer.shape.principal });

function indexOf(partition: LogPartition): Pick<IndexPartition, 'index' | 'key'> {
  switch (partition.by) {
    case 'subject':
      return { index: 'bySubject', key: partition.key };
    case 'caller':
      return { index: 'byCaller', key: callerHit(partition.caller, partition.hit) };
    case 'matter':
      return { index: 'byMatter', key: callerMatter(partition.caller, partition.matter) };
  }
}

/** What an index does not carry is in the partition that was asked. */
function rowOf(item: Item, partition: LogPartition): LogRow {
  const stored = RowItem.parse(item);
  const hash = stored.at.indexOf('#');
  const colon = stored.shown?.indexOf(':') ?? -1;
  return {
    id: stored.at.slice(hash + 1),
    checkedAt: stored.at.slice(0, hash),
    outcome: stored.outcome,
    scene: stored.scene,
    matter: stored.matter ?? (partition.by === 'matter' ? partition.matter : ''),
    caller: stored.caller ?? (partition.by === 'subject' ? '' : partition.caller),
    member: stored.sk === 'R' ? 0 : Number(stored.sk.slice('M#'.length)),
    scheme: colon < 0 ? stored.shown : stored.shown?.slice(0, colon),
    subjectId: colon < 0 ? null : (stored.shown?.slice(colon + 1) ?? null),
    principal: stored.principal,
    operator: stored.operator,
    listings: [...(stored.listings ?? []), ...(stored.listingsBeside ?? [])],
    via: stored.via,
    position: stored.at,
    keptUntil: termOf(stored),
  };
}
