import * as z from 'zod/mini';
import type { ListKeeping } from '../catalogue/list-rule.ts';
import { CalendarDate, dateOf, type Instant } from '../kernel/clock.ts';
import type { SubjectKey } from '../subject/key.ts';
import { Deadline, isOwedOn } from './case.ts';
import { heardUntil } from './heard-until.ts';
import type { Standing } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/** An answer that is owed on a case. */
export interface OwedAnswer extends Deadline {
  readonly listingId: string;
  readonly caseId: string;
  readonly subject: SubjectKey;
}

/** A listing that an objection found to be wrong, in whole (`upheld`) or in part (`corrected`), or that was `revoked` as wrong. */
export interface WrongListing {
  readonly owner: string;
  /** ISO 8601 UTC. */
  readonly foundAt: string;
  readonly outcome: string;
  readonly listingId: string;
  readonly caseId: string;
  readonly subject: SubjectKey;
}

const ClockLine = z.object({
  owner: z.string(),
  kind: z.enum([...Deadline.shape.kind.options, 'standard-evaluation']),
  due: CalendarDate,
  provisional: z.boolean(),
  /** The last day in time has passed. */
  overdue: z.boolean(),
  listingId: z.optional(z.string()),
  caseId: z.optional(z.string()),
  domain: z.optional(z.string()),
});
type ClockLine = z.infer<typeof ClockLine>;

/** The answer to `GET /v1/clocks`. */
export const Clocks = z.object({ items: z.array(ClockLine) });

/** What is still owed: nothing on a listing that has ended meanwhile, but to say that it was wrong. */
export const stillOwed = (owed: readonly OwedAnswer[], standings: ReadonlyMap<SubjectKey, Standing>): OwedAnswer[] =>
  owed.filter((each) =>
    standings
      .get(each.subject)
      ?.listings.some(({ id, ...listing }) => id === each.listingId && isOwedOn(listing, each)),
  );

/** Until when a candidate's subject is heard goes by the calendars of today: the day of the case is that of its opening. */
export const dueToday = (
  owed: readonly OwedAnswer[],
  standings: ReadonlyMap<SubjectKey, Standing>,
  workingDays: WorkingDays,
): OwedAnswer[] =>
  owed.map((each) => {
    const listing = standings.get(each.subject)?.listings.find(({ id }) => id === each.listingId);
    const until = each.kind === 'hearing-end' && listing ? heardUntil(listing, workingDays) : undefined;
    return until ? { ...each, due: until.day, provisional: until.provisional } : each;
  });

/** Everything that an owner has running, what is due first before the rest: answers on cases, and standards to be evaluated. */
export function clocksOf(
  owner: string,
  owed: readonly OwedAnswer[],
  { rules }: Pick<ListKeeping, 'rules'>,
  now: Instant,
): ClockLine[] {
  const today = dateOf(now);
  const standards = rules
    .filter(({ authorities }) => authorities[0] === owner)
    .map(({ domain, standard }) => ({ owner, kind: 'standard-evaluation' as const, due: standard.evaluateBy, domain }));
  return [
    ...owed.map(({ subject: _, ...each }): ClockLine => ({ ...each, overdue: each.due < today })),
    ...standards.map((each): ClockLine => ({ ...each, provisional: false, overdue: each.due < today })),
  ].toSorted((one, other) => one.due.localeCompare(other.due));
}
