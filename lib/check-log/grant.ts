import * as z from 'zod/mini';
import { Outcome } from '../catalogue/vocabulary.ts';
import { kebab, keptText, text } from '../kernel/text.ts';
import { Scheme } from '../subject/scheme.ts';
import { Signer } from './signer.ts';

const identifier = { scheme: Scheme, id: text(200), country: z.optional(text(3)) };

/** The body of `POST /v1/grants`: what was granted, to whom, by whom, and the check that it rests on. 授予 */
export const GrantRequest = z.strictObject({
  checkId: text(64),
  /** One of the subjects of the check; a consortium answers jointly, so one of its members stands for all. */
  subject: z.strictObject(identifier),
  principal: z.strictObject({ scheme: z.enum(['uscc', 'org-code', 'registration-no']), id: identifier.id }),
  matter: z.strictObject({ id: keptText(128), lot: z.optional(keptText(64)) }),
  /** That of the check: in another one its answer may differ. */
  scene: kebab,
  grantedAt: z.iso.datetime({ offset: true }),
  /** The caller's own number of the award, contract or decision: one grant each. */
  reference: keptText(128),
  /** 提示: seen and weighed. */
  acknowledged: z.optional(z.literal(true)),
  /** 从严: the condition under which it was granted. */
  condition: z.optional(keptText(1_000)),
});
export type GrantRequest = z.infer<typeof GrantRequest>;

/** A grant that its check allows, appended to it. */
export const Grant = z.strictObject({
  reference: z.string(),
  /** ISO 8601 UTC. */
  grantedAt: z.iso.datetime(),
  /** Which subject of the check was named, from 0. */
  member: z.int(),
  outcome: Outcome,
  acknowledged: z.optional(z.literal(true)),
  condition: z.optional(z.string()),
  /**
   * It was reported when its subject, or another member, had been vetoed in the matter since: whether it was granted before, as
   * it says, nobody but the caller vouches for.
   */
  reportedAfterVeto: z.optional(z.literal(true)),
  /** When it was reported, and by whom. */
  at: z.iso.datetime(),
  by: Signer,
});
export type Grant = z.infer<typeof Grant>;

/** What is kept under the caller's reference, and for each subject of the check: what an alert needs to find it. */
export const OpenGrant = z.strictObject({
  checkId: z.string(),
  caller: z.string(),
  scene: z.string(),
  matter: z.string(),
  checkedAt: z.iso.datetime(),
  /** Digest of the request: tells a repeated report from another one under the same reference. */
  fingerprint: z.string(),
  grant: Grant,
});
export type OpenGrant = z.infer<typeof OpenGrant>;

/** Where grants are kept. */
export interface GrantStore {
  /**
   * Appends a grant to its check, under the caller's reference and under each of its subjects, all or nothing.
   * Resolves with the grant that the reference has already.
   */
  append(
    grant: OpenGrant,
    to: {
      readonly subjects: readonly string[];
      /** What its principal is found by. */
      readonly principal: string | undefined;
      readonly keepUntil: string;
    },
  ): Promise<OpenGrant | undefined>;
  /** The grant under a caller's reference. */
  under(caller: string, reference: string): Promise<OpenGrant | undefined>;
}
