import * as z from 'zod/mini';
import { Guard, Outcome } from '../catalogue/vocabulary.ts';
import { AnsweredReason } from './reason.ts';
import type { ReceiptSignature } from './receipt-signature.ts';
import { SealHead } from './seal-head.ts';

/** What the record keeps of one subject beside the answer: for the auditor, and to decide again. */
const RecordedSubject = z.lazy(() =>
  z.strictObject({
    /** Every standing that was read: whose, at which version, through which relation. */
    standings: z.array(
      z.strictObject({
        key: z.string(),
        version: z.int(),
        relation: z.optional(z.string()),
        /** Which of the related subjects, from 0; absent for the subject itself. */
        related: z.optional(z.int()),
        /** Not the identifier's own: a number or a name led to it, it was succeeded by one that was read, or it holds what is listed under the name alone. */
        by: z.optional(z.enum(['alias', 'succession', 'name'])),
      }),
    ),
    /** The listings that did not count, and the guard that stopped each. */
    considered: z.array(z.strictObject({ listingId: z.string(), guard: Guard })),
    /** The reasons beyond those in the answer. */
    omittedReasons: z.array(AnsweredReason),
    /** The related subjects as they were asked; of a person the relation and the scheme alone. */
    related: z.array(
      z.strictObject({
        relation: z.string(),
        scheme: z.string(),
        id: z.optional(z.string()),
        name: z.optional(z.string()),
      }),
    ),
    /** The law or the consent under which persons were checked. */
    bases: z.array(z.strictObject({ relation: z.optional(z.string()), kind: z.string(), reference: z.string() })),
  }),
);

/** What the record keeps beside the answer. */
export const RecordDetail = z.strictObject({
  headSequence: z.int(),
  /** Of the last seal when the check was made; null before the first. */
  sealHead: z.nullable(SealHead),
  subjects: z.array(RecordedSubject),
});
export type RecordDetail = z.infer<typeof RecordDetail>;

/** A person's masked id and name: kept apart from the record, so that erasing them changes no record. */
export const PersonFields = z.strictObject({
  index: z.int(),
  id: z.string(),
  name: z.nullable(z.string()),
  /** Random, and erased with the fields: their digest, which stays, then tells nothing of them. */
  salt: z.string(),
});
export type PersonFields = z.infer<typeof PersonFields>;

const Named = z.strictObject({ id: z.string(), digest: z.string() });

/** A record's place in the chain of the execution environment that wrote it. */
export const ChainLink = z.strictObject({
  /** Random, of one execution environment until a put of it is in doubt. */
  writer: z.string(),
  /** From 1, one more for each record, given out before it is written. */
  sequence: z.int().check(z.positive()),
  /** Every record of this writer up to this place was known to be written when this one was made. */
  durable: z.int().check(z.nonnegative()),
  /** The record before it, which at the first place is the last one confirmed of the same environment's chain before. */
  previous: z.nullable(Named),
});
export type ChainLink = z.infer<typeof ChainLink>;

/** `invalid` marks a refused attempt, which is no check. */
export const RecordedOutcome = z.enum([...Outcome.options, 'invalid']);
export type RecordedOutcome = z.infer<typeof RecordedOutcome>;

/** What one subject of a record is found by. */
export interface RecordedSubjectKey {
  /** Undefined for a person's name, by which nothing is found. */
  readonly key: string | undefined;
  readonly scheme: string;
  /** Null for a person. */
  readonly id: string | null;
  /** The listings that its verdict rests on. */
  readonly listings: readonly string[];
}

/** Another subject, whose listing gave a reason: a head office, a person in charge, a predecessor; or a head office that was clean. */
export interface RecordedThrough {
  readonly key: string;
  readonly scheme: string;
  /** Null for a person. */
  readonly id: string | null;
  /** The relation through which it was reached; `predecessor` where the subject asked about succeeds it. */
  readonly via: string;
  /** Its listings that the verdict rests on; none of a head office that said nothing against its branch. */
  readonly listings: readonly string[];
}

/** One check, or one refused attempt, as the log keeps it: written once, never changed. */
export interface CheckRecord {
  readonly id: string;
  readonly outcome: RecordedOutcome;
  readonly scene: string;
  readonly caller: string;
  readonly matterId: string;
  /** What the principal is found by; undefined where its identifier was refused. */
  readonly principal: string | undefined;
  /** As the caller asserts it. */
  readonly operator: string;
  readonly checkedAt: string;
  readonly expiresAt: string;
  /** The day until which the record is kept whatever happens to its matter, ISO 8601 UTC. */
  readonly keepUntil: string;
  /** The day until which persons' masked fields are kept, which may be sooner. */
  readonly personsKeepUntil: string;
  /** The answer's bytes without its receipt, with a placeholder where a person's fields stand. */
  readonly answer: string;
  readonly detail: RecordDetail;
  readonly persons: readonly PersonFields[];
  /** Of each person's fields, by the index of the subject: they stay when the fields are erased. */
  readonly personDigests: Readonly<Record<string, string>>;
  /** One for each subject, in the order of the question. */
  readonly subjects: readonly RecordedSubjectKey[];
  /** Whoever else decided, so that a check is found under everyone whose listing bears on it, now or later. */
  readonly through: readonly RecordedThrough[];
  /** Of the subjects after the first, and of those in `through`, which stand on items of their own; undefined where there are none. */
  readonly membersDigest: string | undefined;
  /** Random, and the salt of the record's digest: tells this very write from another under the same id, and makes the placeholders unguessable. */
  readonly nonce: string;
  /** Keyed digest of the parsed question: tells a retry from another question under the same key. */
  readonly fingerprint: string;
  readonly link: ChainLink;
  /** Absent of a refused attempt, which is no check. */
  readonly receipt?: ReceiptSignature;
}

/** What a check is found by in the log where no subject's key is known: the number or the folded name that was asked. */
export const unresolvedKey = (scheme: string, folded: string): string => `x:${scheme}:${folded}`;
