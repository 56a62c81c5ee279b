import { compactVerify, importJWK } from 'jose';
import * as z from 'zod/mini';
import { type Instant, parseInstant, toBeijing } from '../kernel/clock.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { KeySet, PublishedKey } from './key-set.ts';
import type { SignedType } from './sign.ts';

export const Refusal = z.enum([
  'malformed',
  'algorithm-refused',
  'wrong-type',
  'unknown-key',
  'signature-invalid',
  'payload-malformed',
  'key-retired',
]);
type Refusal = z.infer<typeof Refusal>;

/** Why a signed text proves nothing. */
export interface Refused {
  readonly ok: false;
  readonly code: Refusal;
  readonly message: Bilingual;
}

export interface Verified<T> {
  readonly ok: true;
  readonly kid: string;
  readonly payload: T;
}

/** Extensions (`crit`), an inline key (`jwk`, `x5c`) or anything else in the header is not ours. */
const Header = z.strictObject({ alg: z.string(), typ: z.optional(z.string()), kid: z.optional(z.string()) });

const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** What a kind of signed thing is, and when it says that it was signed. */
export interface Expected<T extends z.ZodMiniType> {
  readonly typ: SignedType;
  readonly schema: T;
  /** ISO 8601. */
  readonly signedAt: (payload: z.output<T>) => string;
}

/**
 * Holds a compact JWS against the published keys: its algorithm, its type, its key, its signature, and that the key had
 * not been retired when it signed. Needs no network and no clock.
 */
export async function verify<T extends z.ZodMiniType>(
  text: string,
  { typ, schema, signedAt }: Expected<T>,
  { keys }: KeySet,
): Promise<Verified<z.output<T>> | Refused> {
  const [, head = '', body = '', signature = ''] = COMPACT.exec(text) ?? [];
  const header = Header.safeParse(jsonOf(head));
  if (!header.success) return refused('malformed');
  const { alg, kid = '' } = header.data;
  if (alg !== 'EdDSA') return refused('algorithm-refused');
  if (header.data.typ !== typ) return refused('wrong-type');
  const key = keys.find((each) => each.kid === kid);
  if (!key) return refused('unknown-key');
  if (!isExact(signature) || !(await isSignedBy(key, text))) return refused('signature-invalid');
  const payload = schema.safeParse(jsonOf(body));
  if (!payload.success) return refused('payload-malformed');
  if (key.retiredAt !== undefined && parseInstant(signedAt(payload.data)) >= parseInstant(key.retiredAt))
    return retired(parseInstant(key.retiredAt));
  return { ok: true, kid, payload: payload.data };
}

/** One signature has one text: bits that decoding drops would give a good seal another digest. */
const isExact = (encoded: string): boolean => Buffer.from(encoded, 'base64url').toString('base64url') === encoded;

async function isSignedBy(key: PublishedKey, text: string): Promise<boolean> {
  try {
    const { kty, crv, x } = key;
    await compactVerify(text, await importJWK({ kty, crv, x }, 'EdDSA'), { algorithms: ['EdDSA'] });
    return true;
  } catch {
    return false;
  }
}

const TEXTS: Readonly<Record<Exclude<Refusal, 'key-retired'>, Bilingual>> = {
  malformed: { zh: '不是本系统签发的紧凑 JWS', en: 'This is no compact JWS of the kind that is signed here.' },
  'algorithm-refused': {
    zh: '签名算法不是 EdDSA，不予采信',
    en: 'The algorithm is not EdDSA: such a signature proves nothing.',
  },
  'wrong-type': {
    zh: '类型（typ）不符：签的是另一种文书',
    en: 'The type (typ) is another: something else was signed.',
  },
  'unknown-key': {
    zh: '签名密钥不在所给公钥中：公钥过旧，或由他人签发',
    en: 'The key is not among those given: they are too old, or somebody else has signed.',
  },
  'signature-invalid': {
    zh: '签名不符：内容被改动，或由另一密钥签发',
    en: 'The signature does not fit: the content was altered, or another key has signed it.',
  },
  'payload-malformed': {
    zh: '签名有效，但内容不是这种文书',
    en: 'The signature is good, but the content is no such thing.',
  },
};

const refused = (code: keyof typeof TEXTS): Refused => ({ ok: false, code, message: TEXTS[code] });

const retired = (at: Instant): Refused => ({
  ok: false,
  code: 'key-retired',
  message: {
    zh: `该密钥自 ${toBeijing(at)}（北京时间）起停用，所载时间在其后，不予采信`,
    en: `The key was retired at ${toBeijing(at)} (Beijing time), and this claims to be signed later.`,
  },
});

function jsonOf(encoded: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encoded, 'base64url')));
  } catch {
    return undefined;
  }
}
