import * as z from 'zod';

/** What these tests look at in an answer, by `contract.md` and not by the product's own types. */
const Reason = z.looseObject({
  listingId: z.string(),
  list: z.string(),
  effect: z.string(),
  authority: z.string(),
  document: z.looseObject({ number: z.string(), issuedOn: z.string() }),
  measure: z.looseObject({ code: z.string(), legalBasis: z.string() }),
  inForceUntil: z.string().nullable(),
});

const Verdict = z.looseObject({
  subject: z.looseObject({ scheme: z.string(), id: z.string() }),
  outcome: z.string(),
  standingVersion: z.int(),
  reasons: z.array(Reason),
  notices: z.array(z.looseObject({ code: z.string(), listingId: z.string().optional() })),
  omitted: z.int(),
});

export const Check = z.looseObject({
  id: z.string(),
  outcome: z.string(),
  obligation: z.string(),
  verdicts: z.array(Verdict).min(1),
  sources: z.array(z.looseObject({ id: z.string(), state: z.string() })),
});
export type Check = z.infer<typeof Check>;

export const CheckDetail = Check.extend({
  verdicts: z.array(
    Verdict.extend({
      considered: z.array(z.looseObject({ listingId: z.string(), guard: z.string(), text: z.string().min(1) })),
    }),
  ),
});

export const BatchAnswer = z.object({
  items: z.array(z.object({ ref: z.string(), check: Check.optional(), problem: z.unknown().optional() })),
});

/** No verdict is given, and the same question may be asked again. */
export const Unavailable = z.looseObject({
  type: z.enum(['urn:grantgate:problem:registry-unavailable', 'urn:grantgate:problem:evidence-unavailable']),
});

export const ConflictPage = z.object({
  items: z.array(z.looseObject({ kind: z.string(), values: z.array(z.string()) })),
  next: z.string().nullable(),
});
