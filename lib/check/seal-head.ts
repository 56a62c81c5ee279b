import * as z from 'zod/mini';

/** The head of the chain of seals: whoever keeps one can tell later that nothing before it was changed. */
export const SealHead = z.strictObject({
  segment: z.int().check(z.positive()),
  /** SHA-256 of the signed seal's text, base64url. */
  digest: z.string(),
});
export type SealHead = z.infer<typeof SealHead>;
