import * as z from 'zod/mini';
import { addDays, addYears, CalendarDate, dateOf, parseInstant } from '../kernel/clock.ts';
import { BACKSTOP_YEARS, MOST_KEEP_YEARS } from '../kernel/keep-years.ts';

/** No matter has a bound in a later year: what says so is no rule of this service. */
const AFTER_EVERY_BOUND = '2200-01-01';

const RuleDate = CalendarDate.check(z.refine((date) => date < AFTER_EVERY_BOUND, { error: 'no rule is that late' }));

/** 到期删除的依据: the day of a closing and the years that count from it, or the bound of a matter that nobody closed; or both, where the later counted. */
export const DeletionRule = z.strictObject({
  closed: z.optional(
    z.strictObject({
      on: RuleDate,
      keepYears: z.int().check(z.positive(), z.maximum(MOST_KEEP_YEARS)),
      catalogueVersion: z.string(),
    }),
  ),
  /** The last day on which the matter's records were kept where no closing said otherwise. */
  boundOn: z.optional(RuleDate),
});
export type DeletionRule = z.infer<typeof DeletionRule>;

/**
 * What stays of a record that was deleted because its time had come: which one, by which rule, when. Appended to the log
 * before the record is deleted, and sealed as a leaf of its own, so that a deletion by rule is told from any other.
 */
export const Tombstone = z.strictObject({
  /** Of the deleted record. */
  id: z.string(),
  /** Of the deleted record: a tombstone excuses the absence of these bytes and of no others. */
  digest: z.string(),
  /** The own term of the deleted record: until then its absence is to be excused, and the list of the tombstone's seal kept. */
  keepUntil: z.iso.datetime(),
  deletedAt: z.iso.datetime(),
  rule: DeletionRule,
});
export type Tombstone = z.infer<typeof Tombstone>;

/** What a deletion is judged by, of the record that is gone. */
interface Term {
  readonly checkedAt: string;
  readonly keepUntil: string;
}

/**
 * Whether the time of a record had come when it was deleted, by the tombstone's own rule: whoever can write the log can
 * write a tombstone too. Its matter may have kept the record longer, which the record alone does not tell. A rule that is out
 * of all bounds lets nothing go: it throws nothing, as the record is to be named.
 * @param seenAt when somebody else saw the tombstone, ISO 8601: it was not made in the future
 */
export function hadCome(
  { deletedAt, rule }: Pick<Tombstone, 'deletedAt' | 'rule'>,
  term: Term,
  seenAt: string,
): boolean {
  const due = dueBy(rule, term);
  return due !== undefined && [deletedAt, seenAt].every((moment) => dateOf(parseInstant(moment)) >= due);
}

/** The first day on which the rule lets the record be deleted; undefined where it names none. The last day of a term counts. */
function dueBy({ closed, boundOn }: DeletionRule, { checkedAt, keepUntil }: Term): CalendarDate | undefined {
  const last = [
    ...(closed ? [addYears(later(dateOf(parseInstant(checkedAt)), closed.on), closed.keepYears)] : []),
    ...(boundOn ? [later(boundOn, addYears(dateOf(parseInstant(keepUntil)), -BACKSTOP_YEARS))] : []),
  ]
    .toSorted()
    .at(-1);
  return last && addDays(last, 1);
}

const later = (one: CalendarDate, other: CalendarDate): CalendarDate => (one > other ? one : other);

/** The rule without its days: how many records were deleted by each is what an auditor counts. */
export const ruleText = ({ closed, boundOn }: DeletionRule): string =>
  [
    ...(closed ? [`closed, kept ${closed.keepYears} years by ${closed.catalogueVersion}`] : []),
    ...(boundOn ? ['unclosed, kept to its bound'] : []),
  ].join('; ') || 'no rule';
