import * as z from 'zod';
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
  actor: z.string().min(1).max(200),
  person: z.string().max(200).optional(),
  authority: z.string().max(200).optional(),
  /** Why, where a person says it. */
  ground: z.string().max(500).optional(),
  /** The second person, where a change needs one. */
  approvedBy: z.string().max(200).optional(),
});
export type Signature = z.infer<typeof Signature>;

export const EventRecord = z.strictObject({
  version: z.int().positive(),
  at: z.iso.datetime(),
  by: Signature,
  /** Who the subject is, repeated so that the fold needs nothing else. */
  subject: Standing.shape.subject,
  event: StandingEvent,
});
export type EventRecord = z.infer<typeof EventRecord>;
