import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Conflict } from '../intake/conflict.ts';
import { type Instant, toIso } from '../kernel/clock.ts';
import { jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { conflictKey } from './keys.ts';

const ConflictItem = stored({ sk: S, at: S, body: jsonText(Conflict) });

const DIGEST_LENGTH = 16;
const ONLY_NEW = {
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
} as const;

/** A conflict as a steward sees it: since when it is known, and the place behind it in the list. */
export interface ListedConflict extends Conflict {
  readonly since: string;
  readonly place: string;
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
    return Items.map((item) => {
      const { sk, at, body } = ConflictItem.parse(item);
      return { ...body, since: at, place: sk };
    });
  }
}

const digestOf = ({ values }: Conflict): string =>
  createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, DIGEST_LENGTH);
