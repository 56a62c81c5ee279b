import * as z from 'zod/mini';

/** Who appends to a check: the verified token's subject, person and authority. */
export const Signer = z.strictObject({
  subject: z.string(),
  person: z.optional(z.string()),
  authority: z.optional(z.string()),
});
export type Signer = z.infer<typeof Signer>;

/** The signer that a token names. */
export const signerOf = ({
  sub,
  person,
  authority,
}: {
  readonly sub: string;
  readonly person?: string | undefined;
  readonly authority?: string | undefined;
}): Signer => ({
  subject: sub,
  ...(person !== undefined && { person }),
  ...(authority !== undefined && { authority }),
});
