import { createCipheriv, createDecipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';
import { Problem } from '../kernel/problem.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A position in the results of one query: of no use in another, not to be edited, and not to be read, as it may be that
 * of a record which the reader may not see. The same position is the same cursor: a page that anyone may cache has one
 * address, and one digest.
 */
export function sealCursor(position: string, query: string, key: Uint8Array): string {
  // Its own for each query and position, which is all that this key ever seals.
  const nonce = createHmac('sha256', cursorKey(key))
    .update(JSON.stringify([query, position]))
    .digest()
    .subarray(0, NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, cursorKey(key), nonce).setAAD(Buffer.from(query));
  const sealed = Buffer.concat([cipher.update(position, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/**
 * The position that a cursor of this very query holds.
 * @throws Problem `invalid-request`
 */
export function openCursor(cursor: string, query: string, key: Uint8Array): string {
  const bytes = Buffer.from(cursor, 'base64url');
  try {
    const opened = createDecipheriv(CIPHER, cursorKey(key), bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(query))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return opened.update(bytes.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + opened.final('utf8');
  } catch {
    const detail = { zh: '游标无效，或不属于该查询', en: 'The cursor is not one of this query.' };
    throw new Problem('invalid-request', detail, {
      errors: [{ pointer: '/cursor', code: 'wrong-format', message: detail }],
    });
  }
}

const drawn = new WeakMap<Uint8Array, KeyObject>();

/** A key of its own, drawn from the record key; once, as each use of a key that is bytes costs more than the cursor. */
function cursorKey(key: Uint8Array): KeyObject {
  const there = drawn.get(key) ?? createSecretKey(createHmac('sha256', key).update('cursor').digest());
  drawn.set(key, there);
  return there;
}
