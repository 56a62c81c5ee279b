import {
  type DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { GrantStore, OpenGrant } from '../check-log/grant.ts';
import type { Note } from '../check-log/note.ts';
import { salted } from './appended-items.ts';
import { appendedTerm } from './appended-term.ts';
import { type Item, keyItem, toN, toS, toText, VERSION } from './attributes.ts';
import { GrantItem } from './grant-items.ts';
import { grantKey, grantsOf, type Key, loggedAt, noteKey, subjectGrantKey } from './keys.ts';

/** Grants in the CheckLog, beside the checks that they rest on, and deleted with them. */
export class DynamoGrantStore implements GrantStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async under(caller: string, reference: string): Promise<OpenGrant | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(grantKey(caller, reference)), ConsistentRead: true }),
    );
    return Item && GrantItem.parse(Item).body;
  }

  async append(
    ...[open, { subjects, principal, keepUntil }]: Parameters<GrantStore['append']>
  ): Promise<OpenGrant | undefined> {
    const { caller, checkId, grant } = open;
    const note: Note = { kind: 'grant', ...grant };
    const term = await appendedTerm(this.#client, this.#table, { checkId, keepUntil, at: grant.at });
    const put = (key: Key, body: unknown, more: Item = {}) => ({
      Put: {
        TableName: this.#table,
        Item: { ...keyItem(key), v: toN(VERSION), body: toText(JSON.stringify(body)), ...more },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    });
    const reference = put(grantKey(caller, grant.reference), open, {
      ...term,
      // By its day it is counted.
      callerHit: toS(grantsOf(caller)),
      at: toS(loggedAt(grant.grantedAt, grant.reference)),
      ...(principal !== undefined && { principal: toS(principal) }),
    });
    try {
      await this.#client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { ...reference.Put, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } },
            // Under a reference there is one grant: its note needs no other name.
            put(noteKey(checkId, `${grant.at}-grant-${grant.reference}`), note, { ...term, ...salted() }),
            ...[...new Set(subjects)].map((subject) =>
              put(subjectGrantKey(subject, grant.grantedAt, caller, grant.reference), open, term),
            ),
          ],
        }),
      );
      return undefined;
    } catch (error) {
      const [first] = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (first?.Code === 'ConditionalCheckFailed' && first.Item) return GrantItem.parse(first.Item).body;
      throw error;
    }
  }
}
