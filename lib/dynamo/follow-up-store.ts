import { ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { FollowUp, type FollowUps } from '../check-log/follow-up.ts';
import { keyItem, toN, toS, toText, VERSION } from './attributes.ts';
import { annulledBy, answeredBy, followUpKey, loggedAt, openFor } from './keys.ts';

/** Follow-ups in the Registry: the open ones of a caller are one partition of index `byWaiting`, which an answered one leaves. */
export class DynamoFollowUps implements FollowUps {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async open(followUp: FollowUp): Promise<void> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(followUpKey(followUp.checkId)),
          UpdateExpression: 'SET v = :v, body = :body, waiting = :waiting, waitingSince = :at',
          ConditionExpression: 'attribute_not_exists(pk)',
          ExpressionAttributeValues: {
            ':v': toN(VERSION),
            ':body': toText(JSON.stringify(FollowUp.parse(followUp))),
            ':waiting': toS(openFor(followUp.caller)),
            ':at': toS(loggedAt(followUp.checkedAt, followUp.checkId)),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  async answered(checkId: string, caller: string, checkedAt: string): Promise<void> {
    await this.#client.send(
      new UpdateItemCommand({
        TableName: this.#table,
        Key: keyItem(followUpKey(checkId)),
        UpdateExpression: 'SET v = :v, waiting = :waiting, waitingSince = :at',
        ExpressionAttributeValues: {
          ':v': toN(VERSION),
          ':waiting': toS(answeredBy(caller)),
          ':at': toS(loggedAt(checkedAt, checkId)),
        },
      }),
    );
  }

  async annulled(checkId: string, caller: string, checkedAt: string): Promise<void> {
    try {
      await this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: keyItem(followUpKey(checkId)),
          UpdateExpression: 'SET v = :v, waiting = :waiting, waitingSince = :at',
          ConditionExpression: 'attribute_not_exists(waiting) OR waiting <> :answered',
          ExpressionAttributeValues: {
            ':v': toN(VERSION),
            ':waiting': toS(annulledBy(caller)),
            ':answered': toS(answeredBy(caller)),
            ':at': toS(loggedAt(checkedAt, checkId)),
          },
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
