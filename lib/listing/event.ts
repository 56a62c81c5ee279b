import * as z from 'zod/mini';
import { SubjectKey } from '../subject/key.ts';
import { EndReason, Listing, Standing, Suspension } from './standing.ts';

/** What can happen to a standing. Each event makes one new version of it. */
export const StandingEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('listed'), listing: Listing }),
  /** The authority's own file says something new of a listing that it already gave. */
  z.strictObject({ type: z.literal('changed'), listing: Listing }),
  z.strictObject({ type: z.literal('suspended'), listingId: z.string(), cause: Suspension.shape.cause }),
  z.strictObject({ type: z.literal('resumed'), listingId: z.string(), cause: Suspension.shape.cause }),
  z.strictObject({ type: z.literal('ended'), listingId: z.string(), reason: EndReason }),
  /** A steward has confirmed that another full code with the same 主体标识码 is this subject. */
  z.strictObject({ type: z.literal('code-confirmed'), code: z.string() }),
  z.strictObject({ type: z.literal('succeeded'), predecessor: SubjectKey }),
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
