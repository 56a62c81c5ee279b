import * as z from 'zod/mini';
import type { InsertedItem } from '../retention/archive.ts';
import { Leaf, leafOf } from '../seal/leaf.ts';
import { Tombstone } from '../seal/tombstone.ts';
import { appendedLeaf, isAppended } from './appended-items.ts';
import { jsonText, S, stored } from './attributes.ts';
import { recordIn } from './check-log-items.ts';
import { itemInImage } from './stream-image.ts';

/** One change of the CheckLog as its stream tells it. */
export const LogChange = z.object({
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  dynamodb: z.object({
    Keys: z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) }),
    NewImage: z.optional(z.record(z.string(), z.unknown())),
  }),
});
export type LogChange = z.infer<typeof LogChange>;

const TombstoneItem = stored({ body: jsonText(Tombstone) });

/**
 * What a seal is to cover of a change: a new record, what is appended to one, or the tombstone of a deleted one; undefined
 * for all others.
 * Throws where such an item is not what it should be: a leaf that the sealer could not read would stop it for good.
 */
export function sealable(change: LogChange): Leaf | undefined {
  const leaf = leafIn(change);
  return leaf && Leaf.parse(leaf);
}

function leafIn({ eventName, dynamodb: { Keys, NewImage } }: LogChange): Leaf | undefined {
  if (eventName !== 'INSERT' || !NewImage || !Keys.pk.S.startsWith('C#')) return undefined;
  if (Keys.sk.S === 'T') return { kind: 'tombstone', ...TombstoneItem.parse(itemInImage(NewImage)).body };
  if (isAppended(Keys.sk.S)) return appendedLeaf(itemInImage(NewImage));
  if (Keys.sk.S !== 'R') return undefined;
  const record = recordIn([itemInImage(NewImage)]);
  return record && leafOf(record);
}

const PREFIX = 'C#';
/** The record and the other members of a consortium; a person's masked fields, which have a shorter term, are none of them. */
const LASTING = /^(R|M#\d\d)$/;
const LastingItem = z.object({ at: S, scene: S });

/** An item of a new record that is kept as long as the record itself; undefined for every other change. */
export function inserted({ eventName, dynamodb: { Keys, NewImage } }: LogChange): InsertedItem | undefined {
  const [pk, part] = [Keys.pk.S, Keys.sk.S];
  if (eventName !== 'INSERT' || !NewImage || !pk.startsWith(PREFIX) || !LASTING.test(part)) return undefined;
  const { at, scene } = LastingItem.parse(itemInImage(NewImage));
  return {
    id: pk.slice(PREFIX.length),
    part,
    scene,
    checkedAt: at.slice(0, at.indexOf('#')),
    line: `${JSON.stringify({ Item: NewImage })}\n`,
  };
}
