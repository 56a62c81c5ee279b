import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { Deadline } from '../listing/case.ts';
import { ListingEntry } from '../listing/entry.ts';
import type { KeptLine, KeptReader, Shelf } from '../listing/kept-listings.ts';
import type { ListingFile, ListingStore } from '../listing/move.ts';
import type { OwedAnswer, WrongListing } from '../listing/register.ts';
import { SubjectKey } from '../subject/key.ts';
import { type Item, jsonText, S, stored, toS } from './attributes.ts';
import { OwnedLine, readCase, ShelfLine } from './case-items.ts';
import { deadlineOwner, listingKey, papersTombstoneKey, settledOwner, underWayOwner, wrongOwner } from './keys.ts';
import { DynamoStandingStore } from './standing-store.ts';

const DocumentItem = stored({ subject: z.pipe(S, SubjectKey), entry: z.optional(jsonText(ListingEntry)) });
const PapersTombstoneItem = z.object({ deletedAt: S, rule: S });
const SortKey = z.object({ sk: S });
const DeadlineKind = z.pick(Deadline, { kind: true, due: true });

const OWNER_OF_SHELF: Record<Shelf, (owner: string) => string> = {
  owed: deadlineOwner,
  'under-way': underWayOwner,
  settled: settledOwner,
};
/** As many standings as one batched read takes. */
const LINES_AT_ONCE = 100;

/** Files of listings beside their standings, and what their owners owe. */
export class DynamoListingStore extends DynamoStandingStore implements ListingStore, KeptReader {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    super(client, table);
    this.#client = client;
    this.#table = table;
  }

  async file(listingId: string): Promise<ListingFile | undefined> {
    const items = await this.#whole(listingId);
    const document = items.find((item) => SortKey.parse(item).sk === 'L');
    if (!document) return undefined;
    const { subject, entry } = DocumentItem.parse(document);
    const cases = items.filter((item) => SortKey.parse(item).sk.startsWith('K#')).map(readCase);
    const tombstone = items.find((item) => SortKey.parse(item).sk === papersTombstoneKey(listingId).sk);
    return {
      listingId,
      subject,
      ...(entry && { entry }),
      cases,
      ...(tombstone && { papersDeleted: PapersTombstoneItem.parse(tombstone) }),
    };
  }

  /** The listing and everything that was brought up about it: a case with twenty papers is some kilobytes, a page a megabyte. */
  async #whole(listingId: string): Promise<Item[]> {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': toS(listingKey(listingId).pk) },
          ConsistentRead: true,
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  }

  /** What an authority owes, soonest first. */
  async owed(owner: string): Promise<OwedAnswer[]> {
    const lines = await this.#owned(deadlineOwner(owner));
    return lines.map(({ due, kind, provisional, listingId, caseId, subject }) => ({
      ...DeadlineKind.parse({ kind, due }),
      owner,
      provisional,
      listingId,
      caseId,
      subject: SubjectKey.parse(subject),
    }));
  }

  /** Which of an authority's listings were wrong, oldest first. */
  async wrong(owner: string): Promise<WrongListing[]> {
    const lines = await this.#owned(wrongOwner(owner));
    return lines.map(({ due, kind, listingId, caseId, subject }) => ({
      owner,
      foundAt: due,
      outcome: kind,
      listingId,
      caseId,
      subject: SubjectKey.parse(subject),
    }));
  }

  async kept(
    owner: string,
    shelf: Shelf,
    order: 'oldest-first' | 'newest-first',
    from: string | undefined,
  ): Promise<{ lines: KeptLine[]; reached: string | undefined }> {
    const oldestFirst = order === 'oldest-first';
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        IndexName: 'byOwner',
        KeyConditionExpression: `#owner = :owner${from === undefined ? '' : ` AND due ${oldestFirst ? '>' : '<'} :from`}`,
        ExpressionAttributeNames: { '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':owner': toS(OWNER_OF_SHELF[shelf](owner)),
          ...(from !== undefined && { ':from': toS(from) }),
        },
        ScanIndexForward: oldestFirst,
        Limit: LINES_AT_ONCE,
      }),
    );
    const lines = Items.map((item) => ShelfLine.parse(item));
    return { lines, reached: LastEvaluatedKey && lines.at(-1)?.position };
  }

  async #owned(owner: string): Promise<OwnedLine[]> {
    const lines: OwnedLine[] = [];
    let from: Item | undefined;
    do {
      const page = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: 'byOwner',
          KeyConditionExpression: '#owner = :owner',
          ExpressionAttributeNames: { '#owner': 'owner' },
          ExpressionAttributeValues: { ':owner': toS(owner) },
          ...(from && { ExclusiveStartKey: from }),
        }),
      );
      for (const item of page.Items ?? []) lines.push(OwnedLine.parse(item));
      from = page.LastEvaluatedKey;
    } while (from);
    return lines;
  }
}
