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
import { identifiedAs } from '../listing/standing.ts';
import type { SubjectKey } from '../subject/key.ts';
import { jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { batchGet } from './batch-get.ts';
import { AliasItem } from './items.ts';
import { aliasKey, conflictKey, type Key, keyText, standingKey } from './keys.ts';
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
  /**
   * Subjects that bear the name by now, where it is all that is known of whom a listing is about; without those that it was
   * found not to mean.
   */
  readonly alike?: readonly SubjectKey[];
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
    const look = await this.#lookAt(found.map(({ body }) => body));
    return found.map(({ sk, at, body }) => ({ ...body, since: at, place: sk, ...look(body) }));
  }

  /**
   * A name-only conflict is as open as the listing that it is about, and whoever bears the name may have come to be known
   * since: both are read as they are.
   */
  async #lookAt(conflicts: readonly Conflict[]): Promise<(conflict: Conflict) => Looked> {
    const named = conflicts.filter(({ kind }) => kind === 'name-only');
    const subjects = named.flatMap(({ subject }) => subject ?? []);
    const keys = [...subjects.map(standingKey), ...named.map(nameIn)];
    if (keys.length === 0) return () => ({ settled: false });
    const items = await batchGet(this.#client, this.#table, keys, AbortSignal.timeout(READ_TIMEOUT_MS));
    const standings = standingsIn(items, subjects);
    return (conflict) => {
      if (conflict.kind !== 'name-only') return { settled: false };
      const { subject, values } = conflict;
      const standing = subject && standings.get(subject);
      const [, listing = ''] = values;
      const bearers = items.get(keyText(nameIn(conflict)));
      const others = standing ? identifiedAs(standing, listing).flatMap((each) => (each.same ? [] : each.subject)) : [];
      const alike = bearers ? AliasItem.parse(bearers).subjects.filter((key) => !others.includes(key)) : [];
      return {
        settled: standing !== undefined && isSettled(standing, listing),
        ...(alike.length > 0 && { alike }),
      };
    };
  }
}

type Looked = Pick<ListedConflict, 'settled' | 'alike'>;

/** Where those stand who bear the name of a name-only conflict. */
const nameIn = ({ values: [value = ''] }: Conflict): Key => aliasKey({ scheme: 'org-name', value });

const digestOf = ({ values }: Conflict): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, DIGEST_LENGTH);
