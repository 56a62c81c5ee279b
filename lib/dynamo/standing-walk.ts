import { type DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { AbolitionProgress, type StandingWalk, type WalkedPage } from '../listing/run-expiry.ts';
import { SubjectKey } from '../subject/key.ts';
import { jsonText, keyItem, S, stored, toN, toS, toText, VERSION } from './attributes.ts';
import { StandingItem } from './items.ts';
import { abolitionKey, subjectOfStanding } from './keys.ts';

const Keys = z.object({ pk: S, sk: S });
const ProgressItem = stored({ body: jsonText(AbolitionProgress) });
const Cursor = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text): unknown => JSON.parse(text)),
  ),
  z.object({ pk: z.string(), sk: z.string() }),
);

/**
 * Goes through the whole Registry. A domain is abolished once in years, and no index would find its listings for less
 * than what it costs at every write between.
 */
export class DynamoStandingWalk implements StandingWalk {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async page(from: string | undefined): Promise<WalkedPage> {
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new ScanCommand({
        TableName: this.#table,
        FilterExpression: 'sk = :standing AND begins_with(pk, :subject)',
        ExpressionAttributeValues: { ':standing': toS('S'), ':subject': toS('S#') },
        ConsistentRead: true,
        ...(from !== undefined && { ExclusiveStartKey: keyItem(Cursor.parse(from)) }),
      }),
    );
    return {
      subjects: Items.flatMap((item) => {
        const key = SubjectKey.safeParse(subjectOfStanding(Keys.parse(item)));
        return key.success ? [{ key: key.data, standing: StandingItem.safeParse(item).data?.body }] : [];
      }),
      next: LastEvaluatedKey && JSON.stringify(Keys.parse(LastEvaluatedKey)),
    };
  }

  /** How far abolitions have been carried out; nothing yet where nobody has said. */
  async progress(): Promise<AbolitionProgress> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(abolitionKey), ConsistentRead: true }),
    );
    return Item ? ProgressItem.parse(Item).body : { done: {} };
  }

  /** Of two runs at once the later word counts: at worst a page is walked twice. */
  async keepProgress(progress: AbolitionProgress): Promise<void> {
    const Item = { ...keyItem(abolitionKey), v: toN(VERSION), body: toText(JSON.stringify(progress)) };
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item }));
  }
}
