import * as z from 'zod/mini';

/** What a record keeps of its receipt: the rest follows from the record itself. */
export const ReceiptSignature = z.strictObject({
  kid: z.string(),
  /** Of Ed25519, 64 bytes in base64url. */
  signature: z.string().check(z.regex(/^[\w-]{86}$/)),
});
export type ReceiptSignature = z.infer<typeof ReceiptSignature>;
