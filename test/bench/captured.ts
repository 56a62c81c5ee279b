import * as z from 'zod';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import { type Item, toB } from '../../lib/dynamo/attributes.ts';
import type { BaselineWork } from './baseline/index.ts';
import type { Work } from './work.ts';

const Text = z.object({ S: z.string() });
/** An attribute as it crosses the wire, where bytes are base64. */
const Attribute = z.union([
  Text,
  z.object({ N: z.string() }),
  z.object({ L: z.array(Text) }),
  z.object({ B: z.string() }).transform(({ B }) => toB(Buffer.from(B, 'base64'))),
]);
const Read = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.record(z.string(), Text)) })) });
const Put = z.object({ Item: z.record(z.string(), Attribute) });

/** The item that a check put into the log. */
export function recordedItem({ exchanges }: Work): Item {
  return Put.parse(exchanges.find(({ operation }) => operation === 'PutItem')?.body).Item;
}

/** What a check read and wrote, for the SDK's client to do alone. */
export function baselineWork(work: Work): BaselineWork {
  const { registry, checkLog } = TABLE_NAMES;
  const read = Read.parse(work.exchanges.find(({ operation }) => operation === 'BatchGetItem')?.body);
  return { registry, keys: read.RequestItems[registry]?.Keys ?? [], checkLog, item: recordedItem(work) };
}
