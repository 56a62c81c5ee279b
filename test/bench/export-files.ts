import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, keyItem, toN, toS, toText, VERSION } from '../../lib/dynamo/attributes.ts';
import { aliasKey, listingKey, sourceBucket, standingKey } from '../../lib/dynamo/keys.ts';
import { bucketOf } from '../../lib/kernel/buckets.ts';
import { foldName } from '../../lib/subject/fold.ts';
import { organisationKey } from '../../lib/subject/key.ts';
import { type MadeUp, standingOf } from './subjects.ts';

const LINES_PER_FILE = 50_000;
const FASTEST = 1;

/** Writes items as DynamoDB exports a table. Resolves with how many there are. */
export async function writeItems(folder: string, items: Iterable<Item>): Promise<number> {
  let lines: string[] = [];
  let count = 0;
  const flush = async () => {
    // A file is called by what has been counted: with nothing more it would take the place of the one before.
    if (lines.length === 0) return;
    await writeFile(join(folder, `${count}.json.gz`), gzipSync(lines.join(''), { level: FASTEST }));
    lines = [];
  };
  for (const item of items) {
    lines.push(`${JSON.stringify({ Item: exported(item) })}\n`);
    count += 1;
    if (lines.length >= LINES_PER_FILE) await flush();
  }
  await flush();
  return count;
}

/** The Registry's items of these subjects. */
export function* registryItems(subjects: Iterable<MadeUp>): Generator<Item> {
  for (const subject of subjects) yield* itemsOf(subject);
}

/** As an import leaves a subject, its events aside, which no check reads: the standing, the documents, the name. */
function itemsOf(made: MadeUp): Item[] {
  const key = organisationKey(made.code9);
  const standing = standingOf(made);
  return [
    { ...keyItem(standingKey(key)), v, ver: toN(standing.version), body: toText(JSON.stringify(standing)) },
    { ...keyItem(aliasKey({ scheme: 'org-name', value: foldName(made.name) })), v, subjects: { SS: [key] } },
    ...made.listings.map(({ id, source = '', document }) => ({
      ...keyItem(listingKey(id)),
      v,
      listing: toS(id),
      subject: toS(key),
      body: toText(JSON.stringify({ 案号: document.number, 省份: '湖南', 被执行人的履行情况: '全部未履行' })),
      sourceBucket: toS(sourceBucket(source, bucketOf(key))),
      sourceRow: toS(`${key}|${source}|${document.number}`),
      digest: toS(id),
    })),
  ];
}

const v = toN(VERSION);

/** Bytes stand in base64 in an export. */
const exported = (item: Item): Record<string, AttributeValue | { B: string }> =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') },
    ]),
  );
