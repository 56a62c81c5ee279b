import * as z from 'zod/mini';
import { addYears, dateOf, type Instant, parseInstant, startOf } from '../kernel/clock.ts';

/** Years for which a look is kept: what Shenzhen's regulation (45) asks of a register of queries. */
const LOOK_RETENTION_YEARS = 5;

/** What was looked at. */
const LookKind = z.enum([
  'search',
  'export',
  'detail',
  'proof',
  'receipt',
  'replay',
  'statistics',
  'reconciliation',
  'standing',
  'subject-access',
  'remedies',
  'alerts',
  'cases',
  'overdue',
  'matters',
  'forecast',
  'holds',
  'violations',
  'looks',
]);

/** One look at the log (查询留痕): who saw what. Written before what was found leaves, never changed. */
export const Look = z.strictObject({
  id: z.string(),
  at: z.iso.datetime(),
  kind: LookKind,
  /** The verified token's client, subject, person and authority. */
  by: z.strictObject({
    client: z.string(),
    subject: z.string(),
    person: z.optional(z.string()),
    authority: z.optional(z.string()),
  }),
  /** Keys of the subjects that were asked for, or that the record shown is about; a person's is a keyed digest. */
  subjects: z.array(z.string()),
  /** How many more subjects were asked for than stand here: of a list its organisations. */
  others: z.optional(z.int().check(z.minimum(0))),
  /** The one check that was looked at. */
  checkId: z.optional(z.string()),
  /** The other parameters, by their names; never a person's identifier. */
  asked: z.record(z.string(), z.string()),
  /** As the one who looks asserts them. */
  purpose: z.optional(z.string()),
  operator: z.optional(z.string()),
  /** How many records, or lines, were shown. */
  results: z.int().check(z.minimum(0)),
});
export type Look = z.infer<typeof Look>;

/** The first moment at which a look is no longer kept. */
export const lookKeptUntil = ({ at }: Pick<Look, 'at'>): Instant =>
  startOf(addYears(dateOf(parseInstant(at)), LOOK_RETENTION_YEARS));
