import * as z from 'zod/mini';
import { Effect, Grade, ListKind } from '../catalogue/vocabulary.ts';

/** Why a listing counts: the listing, its document, the measure and its law, and what the subject can do. */
export const AnsweredReason = z.object({
  listingId: z.string(),
  list: ListKind,
  domain: z.string(),
  authority: z.string(),
  /** What the catalogue attaches to it here; where a doubt stands in a notice, the outcome is lighter. */
  effect: Effect,
  grade: z.nullable(Grade),
  document: z.object({ number: z.string(), type: z.string(), issuedOn: z.string() }),
  measure: z.object({ code: z.string(), name: z.string(), legalBasis: z.string() }),
  inForceUntil: z.nullable(z.string()),
  repair: z.object({ repairable: z.boolean(), route: z.string() }),
  remedy: z.string(),
  via: z.optional(z.object({ relation: z.string() })),
});
export type AnsweredReason = z.infer<typeof AnsweredReason>;
