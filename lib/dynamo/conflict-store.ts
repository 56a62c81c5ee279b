import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Conflict } from '../intake/conflict.ts';
import { BY_STANDING, isOver } from '../intake/settled.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import { identifiedAs } from '../listing/standing.ts';
import { isPersonKey, type SubjectKey } from '../subject/key.ts';
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
  /** Nothing is left to be done, as things stand now. */
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
              ...keyItem(conflictKey(conflict.kind, placeOf(conflict.subject), digestOf(conflict))),
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
        // An empty text is no value of a key's attribute, not even to compare with.
        KeyConditionExpression: kind === '' ? 'pk = :pk' : 'pk = :pk AND begins_with(sk, :kind)',
        ExpressionAttributeValues: { ':pk': toS(pk), ...(kind !== '' && { ':kind': toS(`${kind}#`) }) },
        Limit: limit,
        ...(after !== undefined && { ExclusiveStartKey: keyItem({ pk, sk: after }) }),
      }),
    );
    const found = Items.map((item) => ConflictItem.parse(item));
    const look = await this.#lookAt(found.map(({ body }) => body));
    return found.map(({ sk, at, body }) => ({ ...body, since: at, place: sk, ...look(body) }));
  }

  /** A conflict is as open as what it is about stands now, and whoever bears a name may have come to be known since. */
  async #lookAt(conflicts: readonly Conflict[]): Promise<(conflict: Conflict) => Looked> {
    const subjects = conflicts.flatMap(({ kind, subject }) => (BY_STANDING.has(kind) ? (subject ?? []) : []));
    const keys = [...subjects.map(standingKey), ...conflicts.flatMap((each) => aliasIn(each) ?? [])];
    if (keys.length === 0) return () => ({ settled: false });
    const items = await batchGet(this.#client, this.#table, keys, AbortSignal.timeout(READ_TIMEOUT_MS));
    const standings = standingsIn(items, subjects);
    const bearersOf = (conflict: Conflict): readonly SubjectKey[] => {
      const key = aliasIn(conflict);
      const item = key && items.get(keyText(key));
      return item ? AliasItem.parse(item).subjects : [];
    };
    return (conflict) => {
      const standing = conflict.subject && standings.get(conflict.subject);
      const bearers = bearersOf(conflict);
      const settled = isOver(conflict, standing, bearers.length > 0);
      if (conflict.kind !== 'name-only') return { settled };
      const [, listing = ''] = conflict.values;
      const others = standing ? identifiedAs(standing, listing).flatMap((each) => (each.same ? [] : each.subject)) : [];
      const alike = bearers.filter((key) => !others.includes(key));
      return { settled, ...(alike.length > 0 && { alike }) };
    };
  }
}

type Looked = Pick<ListedConflict, 'settled' | 'alike'>;

/** Where those stand who bear the name, or have the number, that a conflict is about. */
function aliasIn({ kind, values: [value = ''] }: Conflict): Key | undefined {
  if (kind === 'name-only') return aliasKey({ scheme: 'org-name', value });
  return kind === 'registration-no-untied' ? aliasKey({ scheme: 'registration-no', value }) : undefined;
}

/** A person's key is nobody's to see, and a place is shown as a cursor. */
const placeOf = (subject: SubjectKey | undefined): string =>
  subject !== undefined && isPersonKey(subject) ? digestOfText(subject) : (subject ?? '');

const digestOfText = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, DIGEST_LENGTH);

const digestOf = ({ values }: Conflict): string => digestOfText(JSON.stringify(values));
