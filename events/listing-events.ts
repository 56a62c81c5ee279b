import * as z from 'zod/mini';

// The contract with those who receive, written out: it must not move because a word inside has moved. What is frozen
// in events/v1 may gain optional fields and values; anything else is another version beside this one.

/** Of the contract. */
export const EVENT_VERSION = 1;

/** EventBridge's `source`. */
export const EVENT_SOURCE = 'grantgate';

const Code = z.string().check(z.maxLength(64), z.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/));
const Day = z.iso.date();

/** An organisation by what every register knows it by. A person by nothing: who may know more asks for the listing. */
const Subject = z.union([
  z.strictObject({
    kind: z.literal('organisation'),
    /** 主体标识码: characters 9 to 17 of the unified social credit code. */
    key: z.string().check(z.regex(/^[0-9A-Z]{9}$/)),
    /** The unified code under which it was listed. */
    code: z.optional(z.string().check(z.regex(/^[0-9A-Z]{18}$/))),
  }),
  z.strictObject({ kind: z.literal('person') }),
]);

const ToldListing = z.strictObject({
  id: z.string().check(z.minLength(1), z.maxLength(80)),
  list: z.enum(['black', 'ordinary', 'watch', 'red']),
  domain: Code,
  /** The list that it was imported from; absent for a decision made in Grantgate. */
  source: z.optional(Code),
  authority: z.string().check(z.minLength(1), z.maxLength(200)),
  grade: z.optional(z.enum(['minor', 'ordinary', 'serious'])),
  /** Organisations only: the number of a case leads to the person. */
  document: z.optional(
    z.strictObject({
      number: z.string().check(z.minLength(1), z.maxLength(200)),
      type: Code,
      issuedOn: Day,
    }),
  ),
  /** First and last day of effect, in Asia/Shanghai; the last is null where the law sets no term. */
  from: Day,
  until: z.nullable(Day),
});

const common = {
  version: z.literal(EVENT_VERSION),
  /** The same at every delivery of this event: to de-duplicate by. */
  id: z.string().check(z.regex(/^[A-Za-z0-9_-]{27}$/)),
  /** To the second, UTC. */
  occurredAt: z.iso.datetime(),
  /** Grows with every change of the subject: of two events about a listing the one with the higher number is the later. */
  standingVersion: z.int().check(z.positive()),
  subject: Subject,
  listing: ToldListing,
};

const SuspensionCause = z.enum(['objection', 'reorganisation']);

/** By EventBridge's `detail-type`: the schema of its `detail`. */
export const LISTING_EVENTS = {
  /** It counts from its first day on. `reinstated`: it had ended, and that was wrong. */
  'listing-in-force': z.strictObject({ ...common, reinstated: z.boolean() }),
  /** Its measures rest: under objection, or in a reorganisation. */
  'listing-suspended': z.strictObject({ ...common, causes: z.array(SuspensionCause).check(z.minLength(1)) }),
  /** Its measures count again. */
  'listing-resumed': z.strictObject(common),
  /** It counts no more, and is announced no more. */
  'listing-ended': z.strictObject({
    ...common,
    reason: z.enum([
      'objection-upheld',
      'repaired',
      'expired',
      'revoked',
      'abolished',
      'withdrawn-by-source',
      'blacklisted',
      'withdrawn-by-subject',
      'faults-fallen',
    ]),
  }),
  /**
   * What was told of it holds no more. `withdrawn`: it should not have been, and `listing-ended` says that it has ended;
   * `changed`: it stays in force, corrected or lowered, and `changed` names what it says otherwise now.
   */
  'listing-corrected': z.strictObject({
    ...common,
    correction: z.enum(['withdrawn', 'changed']),
    changed: z.optional(z.array(Code)),
  }),
} as const;

/** An event on its way out: what it is, and the body that its receivers get. */
export type ListingEvent = {
  [Type in keyof typeof LISTING_EVENTS]: {
    readonly type: Type;
    readonly detail: z.infer<(typeof LISTING_EVENTS)[Type]>;
  };
}[keyof typeof LISTING_EVENTS];
