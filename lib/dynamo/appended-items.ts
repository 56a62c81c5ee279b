import { createHash, randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { Note } from '../check-log/note.ts';
import { canonical } from '../kernel/canonical.ts';
import { instant, toIso } from '../kernel/clock.ts';
import type { LoggedAppended } from '../seal/hold-appended.ts';
import type { AppendedLeaf } from '../seal/leaf.ts';
import { type Item, jsonText, S, stored, toS } from './attributes.ts';
import type { Key } from './keys.ts';
import { TERM, termOf } from './term.ts';

const SALT_BYTES = 12;
const PREFIX = 'C#';
const SECOND_MS = 1_000;

/** The last second of the year 9999, after which no moment is written. */
const LAST_TERM = 253_402_300_799;

/** With one term: it runs, or a hold has stopped it. The other one beside it is somebody's invention. */
const AppendedItem = stored({ pk: S, sk: S, salt: S, ...TERM, body: jsonText(Note) }).check(
  z.refine(({ ttl, heldTtl }) => (ttl === undefined) !== (heldTtl === undefined)),
  z.refine(({ ttl = 0, heldTtl = 0 }) => [ttl, heldTtl].every((term) => term >= 0 && term <= LAST_TERM)),
);

/** Whether an item of a record is one that was appended to it. */
export const isAppended = (sk: string): boolean => sk.startsWith('N#');

/** Random, and part of everything that is appended: once that is deleted, its digest under a seal tells nothing of it. */
export const salted = () => ({ salt: toS(randomBytes(SALT_BYTES).toString('base64url')) });

/** What of its key stands under a seal. */
const noteDigest = (sk: string): string => createHash('sha256').update(sk).digest('base64url');

/** What a seal covers of an item that was appended. Throws a $ZodError where it is not what it should be. */
export function appendedLeaf(item: Item): AppendedLeaf {
  const { pk, sk, ttl, heldTtl, body } = AppendedItem.parse(item);
  return {
    kind: 'appended',
    id: pk.slice(PREFIX.length),
    note: noteDigest(sk),
    of: body.kind,
    digest: createHash('sha256').update(textOf(item)).digest('base64url'),
    keepUntil: toIso(instant(termOf({ ttl, heldTtl }) * SECOND_MS)),
  };
}

/** The same of an export, with when it says that it was appended. */
export function loggedAppended({ pk, sk }: Key, item: Item | undefined): LoggedAppended {
  const named = { id: pk.slice(PREFIX.length), note: noteDigest(sk) };
  const read = AppendedItem.safeParse(item);
  if (!item || !read.success) return { ...named, is: null };
  const { of, digest, keepUntil } = appendedLeaf(item);
  return { ...named, is: { of, digest, keepUntil, at: read.data.body.at } };
}

/** All of it as it is stored, the term wherever it stands. */
const textOf = ({ ttl, heldTtl, ...item }: Item): string =>
  canonical({
    form: 'grantgate-appended-1',
    item: Object.fromEntries(
      Object.entries({ ...item, ttl: ttl ?? heldTtl }).map(([name, value]) => [name, inText(value)]),
    ),
  });

const inText = (value: Item[string] | undefined): unknown =>
  value?.B === undefined ? value : { B: Buffer.from(value.B).toString('base64') };
