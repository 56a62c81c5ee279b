import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { type CheckRecord, RecordedOutcome } from '../check/record.ts';
import { Determination } from '../check-log/determination.ts';
import type { CheckLogReader, LogPartition, LogRange, LogRow } from '../check-log/ports.ts';
import { type Item, jsonText, N, S, stored, toS } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { PersonsItem, recordIn } from './check-log-items.ts';
import { callerHit, callerMatter, keyText, personsKey, recordKey } from './keys.ts';
import { TABLES } from './tables.ts';

/** Lines fetched at once, and at most in one stretch: a rare filter gives a short page instead of a slow one. */
const PAGE = 200;
const MAX_LOOKED_AT = 1_000;
const TIMEOUT_MS = 5_000;
/** After every position: they begin with a digit. */
const END = '~';

const NoteItem = stored({ body: jsonText(Determination) });
const RowItem = z.object({
  pk: S,
  sk: S,
  at: S,
  ttl: N,
  outcome: z.pipe(S, RecordedOutcome),
  scene: S,
  matter: z.optional(S),
  caller: z.optional(S),
  shown: z.optional(S),
});

/** The log through its indexes, and one record by its id. */
export class DynamoCheckLogReader implements CheckLogReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async record(id: string): Promise<{ record: CheckRecord; determinations: Determination[] } | undefined> {
    const items = await this.#itemsOf(id);
    const isNote = (item: Item) => S.parse(item.sk).startsWith('N#');
    const record = recordIn(items.filter((item) => !isNote(item)));
    return record && { record, determinations: items.filter(isNote).map((item) => NoteItem.parse(item).body) };
  }

  async stretch(
    partition: LogPartition,
    range: LogRange,
    limit: number,
    keep: (row: LogRow) => boolean,
  ): Promise<{ rows: LogRow[]; reached: string | undefined }> {
    const rows: LogRow[] = [];
    if (range.from !== undefined && range.from >= (range.before ?? range.to ?? END))
      return { rows, reached: undefined };
    let before = range.before ?? range.to ?? END;
    // A page begins with the line that the one before it ended with: BETWEEN includes its bounds.
    let seen = range.before ?? END;
    for (let lookedAt = 0; lookedAt < MAX_LOOKED_AT; lookedAt += PAGE) {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand(this.#queryOf(partition, range.from ?? '', before)),
      );
      for (const item of Items) {
        const row = rowOf(item, partition);
        if (row.position >= seen) continue;
        before = row.position;
        if (!keep(row)) continue;
        rows.push(row);
        if (rows.length > limit) return { rows, reached: before };
      }
      if (!LastEvaluatedKey) return { rows, reached: undefined };
      seen = before;
    }
    return { rows, reached: before };
  }

  async maskedIds(rows: readonly Pick<LogRow, 'id' | 'member'>[]): Promise<Map<string, string>> {
    const items = await batchGet(
      this.#client,
      this.#table,
      rows.map(({ id }) => personsKey(id)),
      AbortSignal.timeout(TIMEOUT_MS),
    );
    return new Map(
      rows.flatMap(({ id, member }) => {
        const item = items.get(keyText(personsKey(id)));
        const person = item && PersonsItem.parse(item).body.find(({ index }) => index === member);
        return person ? [[`${id}/${member}`, person.id] as const] : [];
      }),
    );
  }

  /** Every item of one record: it, its members, persons and notes; at most some dozens. */
  async #itemsOf(id: string): Promise<Item[]> {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': toS(recordKey(id).pk) },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  #queryOf(partition: LogPartition, from: string, before: string) {
    const [index, key] = indexOf(partition);
    const { partitionKey, sortKey } = TABLES.checkLog.indexes[index];
    return {
      TableName: this.#table,
      IndexName: index,
      KeyConditionExpression: '#p = :p AND #s BETWEEN :from AND :before',
      ExpressionAttributeNames: { '#p': partitionKey, '#s': sortKey },
      ExpressionAttributeValues: { ':p': toS(key), ':from': toS(from === '' ? ' ' : from), ':before': toS(before) },
      ScanIndexForward: false,
      Limit: PAGE,
    };
  }
}

function indexOf(partition: LogPartition): ['bySubject' | 'byCaller' | 'byMatter', string] {
  switch (partition.by) {
    case 'subject':
      return ['bySubject', partition.key];
    case 'caller':
      return ['byCaller', callerHit(partition.caller, partition.hit)];
    case 'matter':
      return ['byMatter', callerMatter(partition.caller, partition.matter)];
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
    position: stored.at,
    keptUntil: stored.ttl,
  };
}
