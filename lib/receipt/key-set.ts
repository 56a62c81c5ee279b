import * as z from 'zod/mini';

/** The public half of a signing key, as `/.well-known/jwks.json` shows it (RFC 8037). */
export const PublishedKey = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().check(z.regex(/^[\w-]{43}$/)),
  kid: z.string().check(z.minLength(1), z.maxLength(128)),
  use: z.optional(z.literal('sig')),
  alg: z.optional(z.literal('EdDSA')),
  /** From this moment on the key signs nothing: what bears a later time under it is forged. ISO 8601 UTC. */
  retiredAt: z.optional(z.iso.datetime()),
});
export type PublishedKey = z.infer<typeof PublishedKey>;

/** A JWK set of nothing but our keys. */
export const KeySet = z.object({ keys: z.array(PublishedKey) });
export type KeySet = z.infer<typeof KeySet>;
