import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import type { PublishedKey } from './key-set.ts';

/** The key that signs now. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

export interface SigningKeys {
  readonly current: SigningKey;
  /** The public half of every key, the current one last. */
  readonly published: readonly PublishedKey[];
}

const MIN_SECRET_BYTES = 32;
const SEED_BYTES = 32;
// Changing what a seed is derived by would make every receipt one of an unknown key.
const PURPOSE = 'grantgate signing key 1';
/** PKCS #8 of an Ed25519 key, up to its seed (RFC 8410). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
/** Characters of the thumbprint that are the key's name: 96 bits, short enough to be read out from a printed page. */
const KID_LENGTH = 16;
const ENTRY = /^([A-Za-z0-9+/]+={0,2})(?:@(\S+))?$/;
const Moment = z.iso.datetime();

/**
 * Reads `<base64>@<retired at>,<base64>`: secrets of 32 bytes or more, the last one current, each one before it with the
 * moment (ISO 8601 UTC) from which on it signs nothing. Throws a RangeError, which names the place and never the secret,
 * for a malformed entry, a short or repeated secret, a retired key without its moment and a current one with it.
 */
export function parseSigningKeys(text: string): SigningKeys {
  const entries = text.split(',');
  const keys = entries.map((entry, index) => readKey(entry.trim(), index + 1, index === entries.length - 1));
  const current = keys.at(-1);
  if (!current) throw new RangeError('no signing key');
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new RangeError('a signing key stands twice');
  return { current, published: keys.map(({ published }) => published) };
}

function readKey(entry: string, number: number, isLast: boolean): SigningKey & { readonly published: PublishedKey } {
  const place = `signing key ${number}`;
  const [, encoded, retiredAt] = ENTRY.exec(entry) ?? [];
  if (encoded === undefined) throw new RangeError(`${place} is not <base64> or <base64>@<retired at>`);
  const secret = Buffer.from(encoded, 'base64');
  if (secret.toString('base64') !== encoded) throw new RangeError(`${place} is not padded base64`);
  if (secret.length < MIN_SECRET_BYTES) throw new RangeError(`${place} is shorter than ${MIN_SECRET_BYTES} bytes`);
  if (isLast !== (retiredAt === undefined))
    throw new RangeError(
      `${place} ${isLast ? 'is current and cannot be retired' : 'does not say when it was retired'}`,
    );
  if (retiredAt !== undefined && !Moment.safeParse(retiredAt).success)
    throw new RangeError(`${place} is not retired at a moment in UTC, such as 2027-01-01T00:00:00Z`);
  return signingKey(secret, retiredAt);
}

function signingKey(secret: Uint8Array, retiredAt: string | undefined) {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', PURPOSE, SEED_BYTES));
  const privateKey = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const kid = thumbprint(x).slice(0, KID_LENGTH);
  const published: PublishedKey = {
    kty: 'OKP',
    crv: 'Ed25519',
    x,
    kid,
    use: 'sig',
    alg: 'EdDSA',
    ...(retiredAt !== undefined && { retiredAt }),
  };
  return { kid, privateKey, published };
}

/** RFC 7638. */
const thumbprint = (x: string): string =>
  createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url');
