import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { SubjectKey } from '../subject/key.ts';
import { Scheme } from '../subject/scheme.ts';
import { Signature } from './event.ts';
import { Evidence, ListingProposal } from './proposal.ts';

/** A subject as a listing's papers name it: a person by the masked forms alone. */
export const Shown = z.strictObject({ scheme: Scheme, id: z.string(), name: z.optional(z.string()) });
export type Shown = z.infer<typeof Shown>;

/** The papers of a listing that was made here: what its state is not, and what never changes. */
export const ListingEntry = z.strictObject({
  /** Code of the authority that keeps the listing. */
  keeper: z.string(),
  proposedBy: Signature,
  proposedAt: z.iso.datetime(),
  subject: Shown,
  legalBasis: z.string(),
  severity: z.optional(z.string()),
  issuer: z.string(),
  facts: z.string(),
  exitConditions: z.string(),
  recognition: ListingProposal.shape.recognition,
  /** The local regulation of a local list. */
  regulation: z.optional(z.string()),
  from: z.optional(CalendarDate),
  opinions: z.optional(z.array(Evidence)),
  linked: z.array(
    z.strictObject({
      /** The key that a person new to the lists gets, and behind it those under which they may be known already. */
      keys: z.array(SubjectKey).check(z.minLength(1)),
      shown: Shown,
      role: kebab,
      citation: z.string(),
    }),
  ),
});
export type ListingEntry = z.infer<typeof ListingEntry>;
