import { CompactSign } from 'jose';
import { protectedHeader, RECEIPT_TYPE, type ReceiptSigner } from '../check/receipt.ts';
import type { SigningKey } from './signing-keys.ts';

/** What is signed here: each kind carries its own `typ`, so that one never passes for another. */
export type SignedType = typeof RECEIPT_TYPE | 'grantgate-seal+jws';

/** A compact JWS. The same payload under the same key gives the same text, as Ed25519 draws no random number. */
export const sign = (typ: SignedType, payload: string, { kid, privateKey }: SigningKey): Promise<string> =>
  new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(protectedHeader(typ, kid)).sign(privateKey);

/** Signs receipts with one key, loaded beforehand. */
export const receiptSigner = (key: SigningKey): ReceiptSigner => ({
  sign: async (payload) => {
    const text = await sign(RECEIPT_TYPE, payload, key);
    return { kid: key.kid, signature: text.slice(text.lastIndexOf('.') + 1) };
  },
});
