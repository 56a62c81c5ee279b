import { createHash } from 'node:crypto';
import {
  BatchWriteItemCommand,
  type BatchWriteItemCommandInput,
  type BatchWriteItemCommandOutput,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { localClient } from '../../infra/local/stack.ts';
import { createTables, TABLE_NAMES } from '../../infra/local/tables.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { batchGet } from '../../lib/dynamo/batch-get.ts';
import { aliasKey, type Key, keyText, listingKey, standingEventKey, standingKey } from '../../lib/dynamo/keys.ts';
import { standingsIn } from '../../lib/dynamo/registry-reader.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { companiesOf, type Listed } from './intake-list.ts';

const BARE = { ...TABLE_NAMES, registry: 'BareRegistry', checkLog: 'BareCheckLog' };
/** DynamoDB's own bound. */
const ITEMS_A_BATCH = 25;
const COMPANIES_AT_ONCE = 200;
const READ_TIMEOUT_MS = 60_000;

export interface BareWrites {
  readonly rows: number;
  readonly items: number;
  readonly ms: number;
}

/**
 * Writes what an import of a list has made of it into another table of the same shape, as fast as BatchWriteItem does it
 * alone: every item of one company in so many, by the hash of its code, so that a sample is from all over the table. They
 * are read by their keys: the engine takes longer to scan a million rows than to write them.
 * @throws RangeError where the Registry does not have what the list says
 */
export async function bareWrites(endpoint: string, rows: number, oneIn: number): Promise<BareWrites> {
  const client = localClient(endpoint);
  try {
    await createTables(client, BARE);
    const written = { rows: 0, items: 0, ms: 0 };
    for (const companies of atATime(sampleOf(rows, oneIn), COMPANIES_AT_ONCE)) {
      const items = await itemsOf(client, companies);
      const started = performance.now();
      for (let at = 0; at < items.length; at += ITEMS_A_BATCH) await write(client, items.slice(at, at + ITEMS_A_BATCH));
      written.ms += performance.now() - started;
      written.items += items.length;
      written.rows += companies.reduce((sum, company) => sum + company.rows.length, 0);
    }
    return written;
  } finally {
    client.destroy();
  }
}

function* sampleOf(rows: number, oneIn: number): Generator<Listed> {
  for (const company of companiesOf(rows))
    if (createHash('sha256').update(company.code).digest().readUInt32BE(0) % oneIn === 0) yield company;
}

function* atATime<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = [];
  for (const each of all) {
    some.push(each);
    if (some.length < size) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** Of each company its standing, its name, and for each row an event and a document: neither more nor less. */
async function itemsOf(client: DynamoDBClient, companies: readonly Listed[]): Promise<Item[]> {
  const keys = companies.map(({ code9 }) => organisationKey(code9));
  const found = await read(client, [
    ...keys.map(standingKey),
    ...companies.map(({ name }) => aliasKey({ scheme: 'org-name', value: foldName(name) })),
    ...companies.flatMap(({ code9, rows }) =>
      rows.map((_, index) => standingEventKey(organisationKey(code9), index + 1)),
    ),
  ]);
  const listings = [...standingsIn(found, keys).values()].flatMap(({ listings }) => listings);
  const rows = companies.flatMap((company) => company.rows);
  if (listings.length !== rows.length) throw new RangeError(`${listings.length} listings of ${rows.length} rows`);
  const documents = await read(
    client,
    listings.map(({ id }) => listingKey(id)),
  );
  return [...found.values(), ...documents.values()];
}

async function read(client: DynamoDBClient, keys: readonly Key[]): Promise<Map<string, Item>> {
  const found = await batchGet(client, TABLE_NAMES.registry, keys, AbortSignal.timeout(READ_TIMEOUT_MS));
  // Two companies of one name share an item.
  const asked = new Set(keys.map(keyText)).size;
  if (found.size !== asked) throw new RangeError(`${found.size} items of ${asked} keys`);
  return found;
}

async function write(client: DynamoDBClient, items: readonly Item[]): Promise<void> {
  let pending: BatchWriteItemCommandInput['RequestItems'] = {
    [BARE.registry]: items.map((Item) => ({ PutRequest: { Item } })),
  };
  while (pending && Object.keys(pending).length > 0) {
    const answer: BatchWriteItemCommandOutput = await client.send(new BatchWriteItemCommand({ RequestItems: pending }));
    pending = answer.UnprocessedItems;
  }
}
