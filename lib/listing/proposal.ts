import * as z from 'zod/mini';
import { Grade, ListKind, Region } from '../catalogue/vocabulary.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab, keptText, statedText, text } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';
import { Leniency } from './standing.ts';

/** Linked persons of one listing: with the listing itself, ended in one transaction. */
const MAX_LINKED = 20;

/** What was done, by which record, on which day. */
const STEPS = ['investigation', 'standard-comparison', 'fact-finding', 'deliberation'] as const;
export const RECOGNITION_STEPS: readonly (typeof STEPS)[number][] = STEPS;

/** A paper that is kept elsewhere: its name, and the digest by which it is known again. */
export const Evidence = z.strictObject({
  name: statedText(200),
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
});

const Identified = {
  scheme: Scheme,
  id: text(200),
  country: z.optional(text(3)),
  name: z.optional(keptText(200)),
};

/** The body of `POST /v1/listings`: what a steward proposes. Who proposes stands in the token. */
export const ListingProposal = z.strictObject({
  subject: z.strictObject(Identified),
  list: ListKind,
  domain: kebab,
  /** The effective legal document that the listing rests on (H21#2). */
  document: z.strictObject({ number: statedText(200), type: kebab, issuer: statedText(200), issuedOn: CalendarDate }),
  grade: z.optional(Grade),
  facts: statedText(4_000),
  measures: z.array(kebab).check(z.maxLength(50)),
  /** First day of effect, if later than the activation. */
  from: z.optional(CalendarDate),
  /** Last day of effect, which counts; null where the law sets no term. */
  until: z.nullable(CalendarDate),
  repair: z.strictObject({
    repairable: z.boolean(),
    route: z.optional(statedText(500)),
    /** The law that lets the listing not be repaired; required where it is not (H21#11). */
    citation: z.optional(statedText(300)),
  }),
  exitConditions: statedText(1_000),
  /** Where the subject can object, seek reconsideration or sue. */
  remedy: statedText(1_000),
  /**
   * Of a black listing: the first four of the six steps of recognition (H21#8) in their order. The fifth, telling the
   * subject, and the sixth, the decision, are made here.
   */
  recognition: z.optional(
    z.array(z.strictObject({ step: z.enum(STEPS), on: CalendarDate, record: statedText(300) })).check(z.maxLength(4)),
  ),
  /** Of a local list: within the region of its regulation. */
  region: z.optional(Region),
  sectors: z.optional(z.array(statedText(64)).check(z.minLength(1), z.maxLength(50))),
  leniency: z.optional(z.array(Leniency).check(z.minLength(1))),
  /** Persons whom a provision holds responsible for the act, each in their part (H21#10). */
  linkedPersons: z.optional(
    z
      .array(z.strictObject({ ...Identified, role: kebab, citation: statedText(300) }))
      .check(z.minLength(1), z.maxLength(MAX_LINKED)),
  ),
  /** Opinions of third parties: advice, and never a ground (S17(6)). */
  opinions: z.optional(z.array(Evidence).check(z.maxLength(20))),
});
export type ListingProposal = z.infer<typeof ListingProposal>;
