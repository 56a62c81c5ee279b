import * as z from 'zod/mini';
import { OpenGrant } from '../check-log/grant.ts';
import { Note, notesOf } from '../check-log/note.ts';
import { type Item, jsonText, S, stored } from './attributes.ts';
import { grantKey, type Key, subjectGrantKey } from './keys.ts';

/** A grant under its caller's reference, or under one of its subjects. */
export const GrantItem = stored({ body: jsonText(OpenGrant) });

const KeyOf = z.object({ sk: S });
const LineItem = z.object({ caller: S, subject: z.optional(S), via: z.optional(S) });
const NoteItem = stored({ body: jsonText(Note) });

/** Where else the grants stand whose notes are among the items of a record. Throws a $ZodError for a note that cannot be read. */
export function grantKeysBeside(items: readonly Item[]): Key[] {
  const part = (pattern: RegExp) => items.filter((item) => pattern.test(KeyOf.parse(item).sk));
  const grants = notesOf(
    part(/^N#/).map((item) => NoteItem.parse(item).body),
    'grant',
  );
  if (grants.length === 0) return [];
  const lines = part(/^(R|M#.*)$/).map((item) => LineItem.parse(item));
  const caller = lines[0]?.caller;
  if (caller === undefined) return [];
  const subjects = new Set(lines.flatMap(({ subject, via }) => (via === undefined ? (subject ?? []) : [])));
  return grants.flatMap(({ reference, grantedAt }) => [
    grantKey(caller, reference),
    ...[...subjects].map((subject) => subjectGrantKey(subject, grantedAt, caller, reference)),
  ]);
}
