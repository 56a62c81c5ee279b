import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Conflict } from '../intake/conflict.ts';
import { isSettled } from '../intake/name-only.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import type { Standing } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import { jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { conflictKey, standingKey } from './keys.ts';
import { standingsIn } from './registry-reader.ts';

const ConflictItem = stored({ sk: S, at: S, body: jsonText(Conflict) });

const DIGEST_LENGTH = 16;
const READ_TIMEOUT_MS = 10_000;
const ONLY_NEW = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

/** A conflict as a steward sees it: since when it is known, and the place behind it in the list. */
export interface ListedConflict extends Conflict {
  readonly since: string;
  readonly place: string;
  /** Nothing is left to be done: a listing under a name has ended, or it was found whose it is. */
  readonly settled: boolean;
}

/** Contradictions that imports have found, each kept once: since when, and as the last import found it. */
export class ConflictStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async recordConflicts(conflicts: readonly Conflict[], at: Instant): Promise<void> {
    for (const conflict of conflicts) {
      const put = (since: string, more: Partial<PutItemCommandInput>) =>
        this.#client.send(
          new PutItemCommand({
            TableName: this.#table,
            Item: {
              ...keyItem(conflictKey(conflict.kind, conflict.subject ?? '', digestOf(conflict))),
              v: toN(VERSION),
              at: toS(since),
              body: toText(JSON.stringify(conflict)),
            },
            ...more,
          }),
        );
      try {
        await put(toIso(at), ONLY_NEW);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
        const { at: since, body } = ConflictItem.parse(error.Item);
        if (JSON.stringify(body) !== JSON.stringify(conflict)) await put(since, {});
      }
    }
  }

  /** Conflicts of one kind, or of all, in the order of their kinds and subjects, from behind a place. */
  async conflicts(kind: string, after: string | undefined, limit: number): Promise<ListedConflict[]> {
    const { pk } = conflictKey('', '', '');
    const { Items = [] } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :kind)',
        ExpressionAttributeValues: { ':pk': toS(pk), ':kind': toS(kind === '' ? '' : `${kind}#`) },
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: keyItem({ pk, sk: after }) }),
      }),
    );
    const found = Items.map((item) => ConflictItem.parse(item));
    const standings = await this.#standingsOf(found.map(({ body }) => body));
    return found.map(({ sk, at, body }) => ({ ...body, since: at, place: sk, settled: isOver(body, standings) }));
  }

  /** A name-only conflict is as open as the listing that it is about, which is nowhere else to be read. */
  async #standingsOf(conflicts: readonly Conflict[]): Promise<ReadonlyMap<SubjectKey, Standing>> {
    const keys = conflicts.flatMap(({ kind, subject }) => (kind === 'name-only' && subject ? [subject] : []));
    if (keys.length === 0) return new Map();
    const signal = AbortSignal.timeout(READ_TIMEOUT_MS);
    return standingsIn(await batchGet(this.#client, this.#table, keys.map(standingKey), signal), keys);
  }
}

function isOver({ kind, subject, values }: Conflict, standings: ReadonlyMap<SubjectKey, Standing>): boolean {
  const standing = kind === 'name-only' && subject ? standings.get(subject) : undefined;
  return standing !== undefined && isSettled(standing, values[1] ?? '');
}

const digestOf = ({ values }: Conflict): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, DIGEST_LENGTH);
