import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '../kernel/problem.ts';

const TAG_BYTES = 16;

/** A position in the results of one query: of no use in another, and not to be edited. */
export const sealCursor = (position: string, query: string, key: Uint8Array): string =>
  Buffer.concat([tagOf(position, query, key), Buffer.from(position)]).toString('base64url');

/**
 * The position that a cursor of this very query holds.
 * @throws Problem `invalid-request`
 */
export function openCursor(cursor: string, query: string, key: Uint8Array): string {
  const bytes = Buffer.from(cursor, 'base64url');
  const tag = bytes.subarray(0, TAG_BYTES);
  const position = bytes.subarray(TAG_BYTES).toString('utf8');
  if (tag.length === TAG_BYTES && timingSafeEqual(tag, tagOf(position, query, key))) return position;
  const detail = { zh: '游标无效，或不属于该查询', en: 'The cursor is not one of this query.' };
  throw new Problem('invalid-request', detail, {
    errors: [{ pointer: '/cursor', code: 'wrong-format', message: detail }],
  });
}

const tagOf = (position: string, query: string, key: Uint8Array): Buffer =>
  createHmac('sha256', key)
    .update(JSON.stringify(['cursor', query, position]))
    .digest()
    .subarray(0, TAG_BYTES);
