import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, readQuery } from '../../lib/edge/request.ts';
import { type Conflict, ConflictQuery } from '../../lib/intake/conflict.ts';
import { isPersonKey } from '../../lib/subject/key.ts';
import { cursorAt, limitOf, placeIn } from './place.ts';

// The place of an item: holds the kind, and a key that names nobody.
const PLACE = /^[a-z-]+#[^#]{0,200}#[0-9a-f]{16}$/;

type Conflicts = (
  kind: string,
  after: string | undefined,
  limit: number,
) => Promise<readonly (Conflict & { readonly since: string; readonly place: string; readonly settled: boolean })[]>;

/** A page of what contradicts itself, in the order of kinds and subjects; short where some of it has been settled. */
export async function conflictPage(request: ApiRequest, conflicts: Conflicts): Promise<ApiReply> {
  const { kind = '', limit: wanted, cursor } = readQuery(request, ConflictQuery);
  const limit = limitOf(wanted);
  const page = await conflicts(kind, placeIn(cursor, PLACE), limit);
  const last = page.at(-1);
  return {
    status: 200,
    body: {
      items: page.flatMap(({ place: _, settled, subject, ...conflict }) => {
        if (settled) return [];
        // A person's key is nobody's to see: the listings say which they are.
        return [{ ...conflict, ...(subject !== undefined && !isPersonKey(subject) && { subject }) }];
      }),
      next: last && page.length === limit ? cursorAt(last.place) : null,
    },
  };
}
