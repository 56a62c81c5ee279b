import * as z from 'zod/mini';
import { openCursor, sealCursor } from './cursor.ts';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;
const MAX_CURSOR = 400;

/** The query parameters of a route that gives one list in pages. */
export const PageParameters = z.strictObject({
  cursor: z.optional(z.string().check(z.maxLength(MAX_CURSOR))),
  limit: z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,3}$/)), z.transform(Number)),
      z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)),
    ),
    DEFAULT_LIMIT,
  ),
});

/** What stands before a position, newest first; `reached` is undefined at the end. */
export type PageReader<T> = (
  before: string | undefined,
  limit: number,
) => Promise<{ items: readonly T[]; reached: string | undefined }>;

/**
 * One page of a list. `query` says which list it is and of whom: a cursor of another is refused.
 * @throws Problem `invalid-request`
 */
export async function pageOf<T>(
  { cursor, limit }: z.infer<typeof PageParameters>,
  query: string,
  key: Uint8Array,
  read: PageReader<T>,
): Promise<{ items: readonly T[]; next: string | null }> {
  const { items, reached } = await read(cursor === undefined ? undefined : openCursor(cursor, query, key), limit);
  return { items, next: reached === undefined ? null : sealCursor(reached, query, key) };
}
