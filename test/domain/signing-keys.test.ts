import { generateKeyPairSync } from 'node:crypto';
import { type CompactJWSHeaderParameters, CompactSign, UnsecuredJWT } from 'jose';
import { describe, expect, it, test } from 'vitest';
import * as z from 'zod/mini';
import type { KeySet } from '../../lib/receipt/key-set.ts';
import { sign } from '../../lib/receipt/sign.ts';
import { parseSigningKeys } from '../../lib/receipt/signing-keys.ts';
import { verify } from '../../lib/receipt/verify.ts';

const secret = (fill: number, length = 32) => Buffer.alloc(length, fill).toString('base64');
const RETIRED = '2027-01-01T00:00:00Z';

describe('signing keys', () => {
  it('are read with the current one last, and published with every one before it', () => {
    const { current, published } = parseSigningKeys(`${secret(1)}@${RETIRED},${secret(2)}`);
    expect(published.map(({ retiredAt }) => retiredAt)).toEqual([RETIRED, undefined]);
    expect(published.at(-1)?.kid).toBe(current.kid);
    expect(JSON.stringify(published)).not.toContain('"d"');
  });

  it('keep their names when another becomes current', () => {
    const [first] = parseSigningKeys(secret(1)).published;
    const [again] = parseSigningKeys(`${secret(1)}@${RETIRED},${secret(2)}`).published;
    expect(again).toEqual({ ...first, retiredAt: RETIRED });
  });

  test.each([
    ['nothing', '', /signing key 1 is not/],
    ['what is no base64', '****', /signing key 1 is not/],
    ['a short secret', secret(1, 31), /signing key 1 is shorter than 32 bytes/],
    ['unpadded base64', secret(1).replace('=', ''), /signing key 1 is not padded/],
    ['a key twice', `${secret(1)}@${RETIRED},${secret(1)}`, /stands twice/],
    ['a current key that is retired', `${secret(1)}@${RETIRED}`, /signing key 1 is current/],
    ['an older key that is not', `${secret(1)},${secret(2)}`, /signing key 1 does not say/],
    ['a retirement on no day', `${secret(1)}@soon,${secret(2)}`, /signing key 1 is not retired at/],
    ['a retirement in no zone', `${secret(1)}@2027-01-01T00:00:00,${secret(2)}`, /signing key 1 is not retired at/],
  ])('refuse %s, naming the place and not the secret', (_, text, message) => {
    expect(() => parseSigningKeys(text)).toThrow(message);
    expect(() => parseSigningKeys(text)).not.toThrow(secret(1));
  });
});

const Payload = z.strictObject({ id: z.string(), at: z.iso.datetime() });
const expected = {
  typ: 'grantgate-receipt+jws',
  schema: Payload,
  signedAt: ({ at }: z.infer<typeof Payload>) => at,
} as const;
const payload = { id: 'a', at: '2026-11-22T00:00:00.000Z' };
const keysOf = (text: string): KeySet => ({ keys: [...parseSigningKeys(text).published] });
const signed = (over: unknown = payload, text = secret(1), typ: Parameters<typeof sign>[0] = expected.typ) =>
  sign(typ, JSON.stringify(over), parseSigningKeys(text).current);
const check = (text: string, keys = keysOf(secret(1))) => verify(text, expected, keys);
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a signed text', () => {
  it('is the same each time, and verifies', async () => {
    const text = signed();
    expect(signed()).toBe(text);
    expect(await check(text)).toMatchObject({ ok: true, payload });
  });

  it('verifies under a retired key when it was signed before', async () => {
    const keys = keysOf(`${secret(1)}@${RETIRED},${secret(2)}`);
    expect(await check(signed(), keys)).toMatchObject({ ok: true });
    const last = signed({ ...payload, at: '2026-12-31T23:59:59.999Z' });
    expect(await check(last, keys)).toMatchObject({ ok: true });
    const late = signed({ ...payload, at: '2027-01-01T00:00:00.000Z' });
    expect(await check(late, keys)).toMatchObject({ ok: false, code: 'key-retired' });
    expect(await check(signed(payload, secret(2)), keys)).toMatchObject({ ok: true });
  });

  const header = (over: Record<string, unknown>) => ({
    alg: 'EdDSA',
    typ: expected.typ,
    kid: parseSigningKeys(secret(1)).current.kid,
    ...over,
  });
  const another = generateKeyPairSync('ed25519').privateKey;
  const under = (over: CompactJWSHeaderParameters) =>
    new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader(over).sign(another);

  test.each<[string, string, () => Promise<string> | string]>([
    ['no text', 'malformed', () => ''],
    ['two parts', 'malformed', () => signed().split('.').slice(0, 2).join('.')],
    ['four parts', 'malformed', () => `${signed()}.x`],
    ['white space in it', 'malformed', () => signed().replace('.', ' .')],
    ['an inline key', 'malformed', async () => under(header({ jwk: { kty: 'OKP' } }) as CompactJWSHeaderParameters)],
    ['an extension', 'malformed', async () => [encoded(header({ crit: ['b64'], b64: false })), 'e30', 'AA'].join('.')],
    [
      'alg none',
      'algorithm-refused',
      () => new UnsecuredJWT({}).encode().replace(/^[^.]+/, encoded(header({ alg: 'none' }))),
    ],
    ['alg HS256', 'algorithm-refused', () => [encoded(header({ alg: 'HS256' })), encoded(payload), 'AA'].join('.')],
    ['another type', 'wrong-type', () => signed(payload, secret(1), 'grantgate-seal+jws')],
    ['no type', 'wrong-type', async () => under(header({ typ: undefined }) as CompactJWSHeaderParameters)],
    ['an unknown key', 'unknown-key', () => signed(payload, secret(9))],
    ['no kid', 'unknown-key', async () => under(header({ kid: undefined }) as CompactJWSHeaderParameters)],
    ['another key under this one’s name', 'signature-invalid', () => under(header({}) as CompactJWSHeaderParameters)],
    ['no signature', 'signature-invalid', () => signed().replace(/[^.]+$/, '')],
    [
      'an altered payload',
      'signature-invalid',
      () => signed().replace(/\.[^.]+\./, `.${encoded({ ...payload, id: 'b' })}.`),
    ],
    ['a payload of another shape', 'payload-malformed', () => signed({ id: 'a' })],
  ])('with %s is refused: %s', async (_, code, text) => {
    const result = await check(await text());
    expect(result).toMatchObject({ ok: false, code, message: { zh: expect.any(String), en: expect.any(String) } });
  });
});
