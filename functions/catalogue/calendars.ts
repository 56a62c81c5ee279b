import { CalendarDays, CalendarYear } from '../../lib/calendar/calendar-year.ts';
import { type Calendars, workingDaysOf } from '../../lib/calendar/working-days.ts';
import type { ApiReply } from '../../lib/edge/api.ts';
import { type ApiRequest, authorise, parseInput, readBody } from '../../lib/edge/request.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { type Clock, toIso } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Signature } from '../../lib/listing/event.ts';

/** Where the calendars of working days are kept. */
export interface CalendarPorts {
  calendars(): Promise<Calendars>;
  /** Adds a year or replaces it; resolves with the revision of the calendars. */
  put(calendar: CalendarYear, by: Signature, at: string): Promise<number>;
}

/** `GET /v1/calendars/{year}`, for everyone. */
export async function showCalendar({ path }: ApiRequest, store: CalendarPorts): Promise<ApiReply> {
  const calendar = (await store.calendars()).get(yearIn(path.year));
  if (!calendar)
    throw new Problem('not-found', {
      zh: '该年度的放假安排未知；期限按周一至周五暂计',
      en: 'The calendar of that year is not known: its days are counted Monday to Friday, provisionally.',
    });
  return { status: 200, body: shown(calendar), headers: { 'cache-control': 'public, max-age=60' } };
}

/** `PUT /v1/calendars/{year}`: a new year, or a corrected one, without a release. */
export async function putCalendar(request: ApiRequest, store: CalendarPorts, clock: Clock): Promise<ApiReply> {
  const { sub, person } = authorise(request, SCOPES.admin);
  const days = readBody(request, CalendarDays);
  const calendar = parseInput({ year: yearIn(request.path.year), ...days }, CalendarYear);
  const revision = await store.put(calendar, { actor: sub, ...(person && { person }) }, toIso(clock()));
  return { status: 200, body: { ...shown(calendar), revision } };
}

/** Four digits; anything else is no year of any calendar. */
const yearIn = (text = ''): number => (/^\d{4}$/.test(text) ? Number(text) : Number.NaN);

/** With the count of the year's working days, by which a slip of the pen shows. */
const shown = (calendar: CalendarYear) => ({ ...calendar, workingDays: workingDaysOf(calendar) });
