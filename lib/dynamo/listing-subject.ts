import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { keyItem, S, stored } from './attributes.ts';
import { listingKey } from './keys.ts';

const ListingItem = stored({ subject: S });

/** Whose a listing is, by its document. */
export class DynamoListingSubject {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** The subject's key; undefined where there is no such document. */
  async of(listing: string): Promise<string | undefined> {
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: keyItem(listingKey(listing)), ConsistentRead: true }),
    );
    return Item && ListingItem.parse(Item).subject;
  }
}
