import * as z from 'zod/mini';
import { Grade } from '../catalogue/vocabulary.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';
import { SubjectKey } from '../subject/key.ts';
import { EndReason, HearingPeriod, Lapse, Listing, Standing, Suspension } from './standing.ts';

/** How an objection ends: `upheld`, the listing was wrong; `corrected`, it stays in other words; `withdrawn` by who made it. */
export const ObjectionOutcome = z.enum(['upheld', 'corrected', 'rejected', 'withdrawn']);
export type ObjectionOutcome = z.infer<typeof ObjectionOutcome>;

const onListing = <T extends string, S extends z.core.$ZodShape>(type: T, shape: S) =>
  z.strictObject({ type: z.literal(type), listingId: z.string(), ...shape });

/** Taken back: signed as what it takes back was. */
const withdrawn = z.optional(z.literal(true));

/** What can happen to a standing. Each event makes one new version of it. */
export const StandingEvent = z.discriminatedUnion('type', [
  /** A steward proposes: a candidate, which has no effect. */
  z.strictObject({ type: z.literal('proposed'), listing: Listing }),
  onListing('publicised', { hearing: HearingPeriod }),
  onListing('notified', { hearing: HearingPeriod }),
  onListing('decided', {}),
  onListing('activated', { from: CalendarDate, until: z.nullable(CalendarDate), links: Listing.shape.links }),
  /** In force at once, on the authority's own document (D5) or linked to a listing that is in force. */
  z.strictObject({ type: z.literal('listed'), listing: Listing }),
  /** The authority's own file, or a correction, says something new of a listing that it already gave. */
  z.strictObject({ type: z.literal('changed'), listing: Listing }),
  onListing('suspended', { cause: Suspension.shape.cause, linked: Suspension.shape.linked }),
  onListing('resumed', { cause: Suspension.shape.cause, linked: Suspension.shape.linked }),
  onListing('objected', { objectionId: z.string(), ground: kebab }),
  onListing('objection-accepted', { objectionId: z.string() }),
  onListing('objection-closed', { objectionId: z.string(), outcome: z.enum([...ObjectionOutcome.options, 'refused']) }),
  onListing('repair-requested', { repairId: z.string() }),
  onListing('repair-closed', { repairId: z.string(), outcome: z.enum(['ended', 'ordinary', 'refused']) }),
  /** Found to be wrong in part: lighter or shorter than it was, never heavier. */
  onListing('corrected', {
    document: z.optional(Listing.shape.document),
    grade: Listing.shape.grade,
    measures: z.optional(z.array(kebab)),
    until: z.optional(CalendarDate),
  }),
  /**
   * From black to ordinary, with the measures that the catalogue has for that: repaired in part; or `wrong`, it was never
   * serious and should not have been on the black list.
   */
  onListing('lowered', {
    grade: Grade,
    measures: z.array(kebab),
    until: z.optional(CalendarDate),
    wrong: z.optional(z.literal(true)),
  }),
  /** A step on a case that by itself changes nothing for a check. */
  onListing('case-moved', { caseId: z.string(), state: kebab }),
  onListing('proceedings', { pending: z.boolean() }),
  onListing('ended', { reason: EndReason, by: z.optional(z.string()), wrong: z.optional(z.literal(true)) }),
  /** A step on a case of one that has ended. */
  onListing('revisited', { caseId: z.string(), state: kebab }),
  /** One that has ended is known by now never to have been right. */
  onListing('found-wrong', {}),
  /** A red listing that a black one ended has lost its own ground as well: it does not come back with the other's fault. */
  onListing('lapsed', { reason: Lapse }),
  /** A red listing whose end rested on a black one that was wrong from the start (D7). */
  onListing('reinstated', {}),
  /** Two persons have confirmed that another full code with the same 主体标识码 is this subject; or that it is not after all. */
  z.strictObject({ type: z.literal('code-confirmed'), code: z.string(), withdrawn }),
  /** This subject succeeds another, whose listings reach it; or does not after all. */
  z.strictObject({ type: z.literal('succeeded'), predecessor: SubjectKey, withdrawn }),
  /** The same on the predecessor's side. */
  z.strictObject({ type: z.literal('succeeded-by'), successor: SubjectKey, withdrawn }),
  /** Two persons have found that a listing under a name alone is this subject's, or is not. */
  z.strictObject({ type: z.literal('identified'), listingId: z.string(), subject: SubjectKey, same: z.boolean() }),
  /** Such a listing was found to be this subject's; `withdrawn`, none of that name is any more. */
  z.strictObject({ type: z.literal('named'), name: SubjectKey, withdrawn }),
]);
export type StandingEvent = z.infer<typeof StandingEvent>;

/** Who signs an event: the verified token's subject, with its person and authority. */
export const Signature = z.strictObject({
  actor: z.string().check(z.minLength(1), z.maxLength(200)),
  person: z.optional(z.string().check(z.maxLength(200))),
  authority: z.optional(z.string().check(z.maxLength(200))),
  /** Why, where a person says it. */
  ground: z.optional(z.string().check(z.maxLength(500))),
  /** The second person, where a change needs one. */
  approvedBy: z.optional(z.string().check(z.maxLength(200))),
});
export type Signature = z.infer<typeof Signature>;

export const EventRecord = z.strictObject({
  version: z.int().check(z.positive()),
  at: z.iso.datetime(),
  by: Signature,
  /** Who the subject is, repeated so that the fold needs nothing else. */
  subject: Standing.shape.subject,
  event: StandingEvent,
});
export type EventRecord = z.infer<typeof EventRecord>;
