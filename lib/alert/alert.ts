import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { ListKind } from '../catalogue/vocabulary.ts';
import { RecordedOutcome } from '../check/record.ts';
import { Signer } from '../check-log/signer.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { keptText } from '../kernel/text.ts';
import { EndReason } from '../listing/standing.ts';

/** Why a caller is told. */
export const AlertKind = z.enum([
  /** A check allowed a grant, and a listing that would not have came into force afterwards. */
  'listed-after-clearance',
  /** The same, and the grant was made. */
  'listed-after-grant',
  /** The same in a scene of commendation: whether the honour stays is to be reviewed. */
  'honour-review',
  /** The listing that vetoed counts no more, and the matter is open. */
  'check-again',
  /** The listing that decided was wrong. */
  'remedy',
]);
export type AlertKind = z.infer<typeof AlertKind>;

/** One caller, told once of what one change of a listing means for one of its checks. */
export const Alert = z.strictObject({
  id: z.string(),
  kind: AlertKind,
  caller: z.string(),
  checkId: z.string(),
  checkedAt: z.iso.datetime(),
  outcome: RecordedOutcome,
  scene: z.string(),
  matter: z.string(),
  listing: z.strictObject({
    id: z.string(),
    list: ListKind,
    domain: z.string(),
    from: CalendarDate,
    /** Last day of effect; null where the law sets no term. */
    until: z.nullable(CalendarDate),
    /** Why it ended. */
    ended: z.optional(EndReason),
  }),
  /** The grant that was found first, by its caller's own reference. */
  grant: z.optional(z.strictObject({ reference: z.string(), grantedAt: z.iso.datetime() })),
  /** When the listing changed. */
  raisedAt: z.iso.datetime(),
  acknowledgement: z.optional(z.strictObject({ note: z.optional(z.string()), at: z.iso.datetime(), by: Signer })),
});
export type Alert = z.infer<typeof Alert>;

/** The body of `POST /v1/alerts/<id>/acknowledgement`. */
export const AcknowledgementRequest = z.strictObject({ note: z.optional(keptText(1_000)) });

/** What an alert asks for: of one change and one check there is at most one alert for each. */
export type Purpose = 'listed' | 'again' | 'remedy';

const MATTER_BYTES = 12;
const OWN_BYTES = 20;

/** As it stands in a path: the matter's part, then its own. */
export const ALERT_ID = /^([\w-]{16})\.([\w-]{27})$/;

/** The same for the same change, check and purpose, however often it is worked out. It begins with its matter's part. */
export const alertId = (caller: string, matter: string, changeId: string, checkId: string, purpose: Purpose): string =>
  `${alertsOfMatter(caller, matter)}.${digest([changeId, checkId, purpose], OWN_BYTES)}`;

/** What the ids of a matter's alerts begin with. */
export const alertsOfMatter = (caller: string, matter: string): string => digest([caller, matter], MATTER_BYTES);

// As JSON, so that no two different parts make one text.
const digest = (parts: readonly string[], bytes: number): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, bytes).toString('base64url');
