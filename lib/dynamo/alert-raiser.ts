import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Alert } from '../alert/alert.ts';
import { type AlertRaiser, Progress } from '../alert/ports.ts';
import { EventRecord } from '../listing/event.ts';
import type { SubjectKey } from '../subject/key.ts';
import { AlertItem, alertItem } from './alert-items.ts';
import { jsonText, keyItem, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { found } from './found.ts';
import { alertingKey, standingEventKey, standingKey } from './keys.ts';

const ProgressItem = stored({ body: jsonText(Progress) });
const EventItem = stored({ body: jsonText(EventRecord) });

/** Puts alerts into the Registry, each once. */
export class DynamoAlertRaiser implements AlertRaiser {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async raise(alert: Alert): Promise<Alert> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: alertItem(alert),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return alert;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException) || !error.Item) throw error;
      return AlertItem.parse(error.Item).body;
    }
  }

  async progress(changeId: string): Promise<Progress | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(alertingKey(changeId)), ConsistentRead: true }),
    );
    return Item && ProgressItem.parse(Item).body;
  }

  async reach(changeId: string, progress: Progress): Promise<void> {
    const Item = { ...keyItem(alertingKey(changeId)), v: toN(VERSION), body: toText(JSON.stringify(progress)) };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }));
  }

  /** The listings that objections corrected in part, by the events after one version of a standing and up to another. */
  async corrected(subject: SubjectKey, after: number, upTo: number): Promise<Set<string>> {
    const corrected = new Set<string>();
    const events = found(this.#client, {
      TableName: this.#table,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': toS(standingKey(subject).pk),
        ':first': toS(standingEventKey(subject, after + 1).sk),
        ':last': toS(standingEventKey(subject, upTo).sk),
      },
      ConsistentRead: true,
    });
    for await (const item of events) {
      const { event } = EventItem.parse(item).body;
      if (event.type === 'corrected') corrected.add(event.listingId);
    }
    return corrected;
  }
}
