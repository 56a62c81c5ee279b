import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { addYears, dateOf, type Instant, parseInstant, startOf, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { LookLog } from './ports.ts';

/** Years for which a look is kept: what Shenzhen's regulation (45) asks of a register of queries. */
const LOOK_RETENTION_YEARS = 5;
const ID_BYTES = 16;

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
  'matters',
  'forecast',
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

/** The claims of a verified token that say who looks. */
export interface Looker {
  readonly client_id: string;
  readonly sub: string;
  readonly person?: string | undefined;
  readonly authority?: string | undefined;
}

/** What one look is about; parameters that were not given are left out. */
interface Looked {
  readonly kind: Look['kind'];
  readonly subjects?: readonly string[];
  readonly checkId?: string;
  readonly asked?: Readonly<Record<string, string | undefined>>;
  readonly purpose?: string | undefined;
  readonly operator?: string | undefined;
  readonly results: number;
}

/**
 * Puts a look on record. To be awaited before anything of what was found leaves.
 * @throws Problem `evidence-unavailable`: what cannot be put on record is not shown
 */
export async function putOnRecord(looks: LookLog, by: Looker, looked: Looked, now: Instant): Promise<Look> {
  const look = lookOf(by, looked, now);
  try {
    await looks.append(look);
  } catch (cause) {
    throw new Problem(
      'evidence-unavailable',
      {
        zh: '查询留痕无法写入，未返回任何记录，请重试',
        en: 'The look could not be put on record, so nothing is shown. Try again.',
      },
      { retryAfter: 1, cause },
    );
  }
  return look;
}

function lookOf({ client_id, sub, person, authority }: Looker, looked: Looked, now: Instant): Look {
  const { kind, subjects = [], checkId, asked = {}, purpose, operator, results } = looked;
  return {
    id: randomBytes(ID_BYTES).toString('base64url'),
    at: toIso(now),
    kind,
    by: {
      client: client_id,
      subject: sub,
      ...(person !== undefined && { person }),
      ...(authority !== undefined && { authority }),
    },
    subjects: [...new Set(subjects)],
    ...(checkId !== undefined && { checkId }),
    asked: Object.fromEntries(
      Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    ...(purpose !== undefined && { purpose }),
    ...(operator !== undefined && { operator }),
    results,
  };
}

/** The first moment at which a look is no longer kept. */
export const lookKeptUntil = ({ at }: Pick<Look, 'at'>): Instant =>
  startOf(addYears(dateOf(parseInstant(at)), LOOK_RETENTION_YEARS));
