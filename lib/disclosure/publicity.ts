import * as z from 'zod/mini';
import { addDays, type CalendarDate, dateOf, parseInstant } from '../kernel/clock.ts';
import type { EventRecord } from '../listing/event.ts';
import { heardUntil } from '../listing/heard-until.ts';
import { EndReason, type Listing } from '../listing/standing.ts';
import { fold } from '../listing/transition.ts';
import type { WorkingDays } from '../listing/working-days.ts';

/** What the catalogue says of the publicity of a listing's domain and list. */
export interface PublicityRule {
  /** Days for which an exit is announced, the day of the exit among them. */
  readonly exitDays: number;
  /** The last day of the whole list, where it is abolished. */
  readonly abolishedAfter?: CalendarDate | undefined;
  /** As the calendars are today. */
  readonly workingDays: WorkingDays;
}

/** Why a listing has left its list: it has ended, or it was lowered to the ordinary list of its domain. */
export const ExitReason = z.enum([...EndReason.options, 'lowered']);
type ExitReason = z.infer<typeof ExitReason>;

/** In which way a listing is public on a day; all dates are in Asia/Shanghai, and the last one counts. */
export type Publicity =
  /** 公示: not decided, and of no effect. */
  | { readonly stage: 'candidate'; readonly from: CalendarDate; readonly until: CalendarDate }
  | { readonly stage: 'in-force'; readonly from: CalendarDate; readonly until: CalendarDate | null }
  /** 退出公告, until its last day. */
  | { readonly stage: 'exit'; readonly from: CalendarDate; readonly until: CalendarDate; readonly reason: ExitReason };

/** A listing made here tells by its events alone whether, and since when, it was public. */
export const needsHistory = ({ source, state }: Listing): boolean =>
  source === undefined && (state === 'publicised' || state === 'ended');

/** One that may have been lowered: when, and what it was on the black list, its events alone tell. */
export const mayBeLowered = ({ list, settled }: Listing): boolean => list === 'ordinary' && settled === true;

/** S17(24): who leaves the black list by being lowered is announced there, as whoever leaves it otherwise is. */
export function leftBlackList(
  { id }: Listing,
  { exitDays }: Pick<PublicityRule, 'exitDays'>,
  history: readonly EventRecord[],
  today: CalendarDate,
): { readonly listing: Listing; readonly publicity: Publicity } | undefined {
  const at = history.findLastIndex(({ event }) => event.type === 'lowered' && event.listingId === id);
  const lowered = history[at];
  const listing = fold(history.slice(0, at))?.listings.find((each) => each.id === id);
  if (!lowered || !listing) return undefined;
  const from = dateOf(parseInstant(lowered.at));
  const until = addDays(from, exitDays - 1);
  const begun = listing.state === 'active' && listing.from <= from && listing.document.issuedOn <= from;
  const wasPublic =
    begun || history.slice(0, at).some(({ event }) => event.type === 'publicised' && event.listingId === id);
  if (!wasPublic || today < from || today > until) return undefined;
  return { listing, publicity: { stage: 'exit', from, until, reason: 'lowered' } };
}

/**
 * Whether a listing of a list that may be public is public on a day: exactly in its term, as a candidate exactly in its
 * publicity, and after its exit as the announcement of that alone. What was never public is never announced to have ended.
 */
export function publicityOf(
  listing: Listing,
  rule: PublicityRule,
  history: readonly EventRecord[],
  today: CalendarDate,
): Publicity | undefined {
  switch (listing.state) {
    case 'candidate':
    case 'notified':
    case 'decided':
      return undefined;
    case 'publicised':
      return candidacy(listing, rule, history, today);
    case 'active':
      return inTerm(listing, rule, today);
    case 'ended':
      return wasPublic(listing, history) ? exit(listing, rule, today) : undefined;
  }
}

function candidacy(
  listing: Listing,
  { abolishedAfter, workingDays }: PublicityRule,
  history: readonly EventRecord[],
  today: CalendarDate,
): Publicity | undefined {
  const publicised = history.findLast(({ event }) => event.type === 'publicised' && event.listingId === listing.id);
  const hearingUntil = heardUntil(listing, workingDays)?.day;
  if (!publicised || hearingUntil === undefined || isOver(abolishedAfter, today)) return undefined;
  const from = dateOf(parseInstant(publicised.at));
  return from <= today && today <= hearingUntil ? { stage: 'candidate', from, until: hearingUntil } : undefined;
}

function inTerm(listing: Listing, rule: PublicityRule, today: CalendarDate): Publicity | undefined {
  const { from, document, suspensions = [] } = listing;
  // 破产重整: shielded from the public as long as it lasts.
  if (suspensions.some(({ cause }) => cause === 'reorganisation')) return undefined;
  if (from > today || document.issuedOn > today) return undefined;
  const until = lastDay(listing, rule);
  return isOver(until ?? undefined, today) ? exit(listing, rule, today) : { stage: 'in-force', from, until };
}

/** The announcement of an exit, by whichever came first: the end of the term, of the list, or of the listing itself. */
function exit(listing: Listing, rule: PublicityRule, today: CalendarDate): Publicity | undefined {
  const last = lastDay(listing, rule);
  const { ended } = listing;
  const endedOn = ended && dateOf(parseInstant(ended.at));
  const ranOut = last !== null && (endedOn === undefined || last < endedOn);
  const from = ranOut ? addDays(last, 1) : endedOn;
  const reason = ranOut ? (last === listing.until ? 'expired' : 'abolished') : ended?.reason;
  if (from === undefined || reason === undefined) return undefined;
  const until = addDays(from, rule.exitDays - 1);
  return from <= today && today <= until ? { stage: 'exit', from, until, reason } : undefined;
}

/** Whether a listing that has ended was public on some day before. */
function wasPublic({ id, from, source, document, ended }: Listing, history: readonly EventRecord[]): boolean {
  const endedOn = ended && dateOf(parseInstant(ended.at));
  const begun = endedOn !== undefined && from <= endedOn && document.issuedOn <= endedOn;
  if (source !== undefined) return begun;
  return history.some(({ event }) => {
    switch (event.type) {
      case 'publicised':
        return event.listingId === id;
      case 'activated':
        return event.listingId === id && begun;
      case 'listed':
        return event.listing.id === id && begun;
      default:
        return false;
    }
  });
}

const lastDay = ({ until }: Listing, { abolishedAfter }: PublicityRule): CalendarDate | null =>
  abolishedAfter !== undefined && (until === null || abolishedAfter < until) ? abolishedAfter : until;

const isOver = (last: CalendarDate | undefined, today: CalendarDate): boolean => last !== undefined && last < today;
