import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { Alert } from '../alert/alert.ts';
import type { AlertBook } from '../alert/ports.ts';
import { AlertItem, alertItem, alertsIn, keyOfAlert } from './alert-items.ts';
import { jsonText, keyItem, S, stored, toS } from './attributes.ts';

const IndexedItem = stored({ waitingSince: S, body: jsonText(Alert) });
/** After every position: they begin with a digit. */
const END = '~';

/** Alerts in the Registry: a caller's open ones are one partition of index `byWaiting`, the answered ones another. */
export class DynamoAlertBook implements AlertBook {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async read(id: string): Promise<Alert | undefined> {
    const key = keyOfAlert(id);
    if (!key) return undefined;
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item && AlertItem.parse(Item).body;
  }

  async acknowledge(alert: Alert): Promise<boolean> {
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: alertItem(alert),
          ConditionExpression: 'waiting = :open',
          ExpressionAttributeValues: { ':open': toS(alertsIn(alert.caller, 'open')) },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  async page(...[caller, state, before, limit]: Parameters<AlertBook['page']>) {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byWaiting',
        KeyConditionExpression: 'waiting = :waiting AND waitingSince < :before',
        ExpressionAttributeValues: { ':waiting': toS(alertsIn(caller, state)), ':before': toS(before ?? END) },
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    const read = Items.map((item) => IndexedItem.parse(item));
    return { items: read.map(({ body }) => body), reached: LastEvaluatedKey && read.at(-1)?.waitingSince };
  }
}
