import * as z from 'zod';
import { TABLE_NAMES } from '../../infra/local/tables.ts';
import type { Item } from '../../lib/dynamo/attributes.ts';
import { itemInImage } from '../../lib/dynamo/stream-image.ts';
import type { BaselineWork } from './baseline/index.ts';
import type { Work } from './work.ts';

const Text = z.object({ S: z.string() });
const Read = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.record(z.string(), Text)) })) });
const Put = z.object({ Item: z.record(z.string(), z.unknown()) });

/** The item that a check put into the log. */
export function recordedItem({ exchanges }: Work): Item {
  // On the wire as in a stream's image, bytes are base64.
  return itemInImage(Put.parse(exchanges.find(({ operation }) => operation === 'PutItem')?.body).Item);
}

/** What a check read and wrote, for the SDK's client to do alone. */
export function baselineWork(work: Work): BaselineWork {
  const { registry, checkLog } = TABLE_NAMES;
  const read = Read.parse(work.exchanges.find(({ operation }) => operation === 'BatchGetItem')?.body);
  return { registry, keys: read.RequestItems[registry]?.Keys ?? [], checkLog, item: recordedItem(work) };
}
