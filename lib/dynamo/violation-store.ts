import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Violation, type ViolationRegister } from '../listing/violation.ts';
import { keyItem, toN, toText, VERSION } from './attributes.ts';
import { violationKey } from './keys.ts';

const DIGEST_CHARACTERS = 22;

/** The register of violations in the Registry. */
export class DynamoViolationRegister implements ViolationRegister {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  async append(violation: Violation, as?: string): Promise<void> {
    const entry = Violation.parse(violation);
    const text = JSON.stringify({ ...entry, what: Object.fromEntries(Object.entries(entry.what).toSorted()) });
    const digest = createHash('sha256')
      .update(as ?? text)
      .digest('base64url')
      .slice(0, DIGEST_CHARACTERS);
    try {
      await this.#client.send(
        new PutItemCommand({
          TableName: this.#table,
          Item: { ...keyItem(violationKey(entry.at, digest)), v: toN(VERSION), body: toText(text) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      // The digest is of the whole entry, or of what was done: what stands there is this very one.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
