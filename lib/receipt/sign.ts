import { sign as signedBy } from 'node:crypto';
import { protectedHeader, RECEIPT_TYPE, type ReceiptSigner } from '../check/receipt.ts';
import type { SigningKey } from './signing-keys.ts';

/** What is signed here: each kind carries its own `typ`, so that one never passes for another. */
export type SignedType = typeof RECEIPT_TYPE | 'grantgate-seal+jws';

/** A compact JWS. The same payload under the same key gives the same text, as Ed25519 draws no random number. */
export function sign(typ: SignedType, payload: string, { kid, privateKey }: SigningKey): string {
  const signed = `${encoded(JSON.stringify(protectedHeader(typ, kid)))}.${encoded(payload)}`;
  // Ed25519 hashes by itself, so no digest is named. On this thread: the pool's takes longer to reach than to sign.
  return `${signed}.${signedBy(null, Buffer.from(signed), privateKey).toString('base64url')}`;
}

const encoded = (text: string): string => Buffer.from(text).toString('base64url');

/** Signs receipts with one key, loaded beforehand. */
export const receiptSigner = (key: SigningKey): ReceiptSigner => ({
  sign: async (payload) => {
    const text = sign(RECEIPT_TYPE, payload, key);
    return { kid: key.kid, signature: text.slice(text.lastIndexOf('.') + 1) };
  },
});
