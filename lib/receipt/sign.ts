import { CompactSign } from 'jose';
import type { SigningKey } from './signing-keys.ts';

/** What is signed here: each kind carries its own `typ`, so that one never passes for another. */
export type SignedType = 'grantgate-receipt+jws' | 'grantgate-seal+jws';

/** The protected header under which a key signs one kind of thing. */
export const headerFor = (typ: SignedType, kid: string) => ({ alg: 'EdDSA', typ, kid }) as const;

/** A compact JWS. The same payload under the same key gives the same text, as Ed25519 draws no random number. */
export const sign = (typ: SignedType, payload: string, { kid, privateKey }: SigningKey): Promise<string> =>
  new CompactSign(new TextEncoder().encode(payload)).setProtectedHeader(headerFor(typ, kid)).sign(privateKey);
