import { addDays, addYears, type CalendarDate } from '../kernel/clock.ts';
import { foldName } from '../subject/fold.ts';
import { banIn } from './ban.ts';
import type { Cells } from './cells.ts';
import type { Profile } from './profile.ts';

/** From when to when a listing has effect, and whether its profile's measures are imposed at all. */
export interface Term {
  readonly from: CalendarDate | undefined;
  /** Null: no fixed term. */
  readonly until: CalendarDate | null;
  readonly imposed: boolean;
  /** The end that the authority publishes beside the term: the two should agree. */
  readonly publishedUntil?: CalendarDate;
}

/** The term of a row by the rule of its profile; faults are in `cells`. */
export function termIn(cells: Cells, { term, columns }: Profile, issuedOn: CalendarDate | undefined): Term {
  const from = cells.date('from') ?? issuedOn;
  const years = (count: number | undefined) =>
    from === undefined || count === undefined ? null : addYears(from, count);
  const end = cells.end('until');
  switch (term.rule) {
    case 'columns': {
      // Removed on the very day of its entry: over with that day, and no fault.
      const sameDay = columns.until?.exclusive && from !== undefined && end === addDays(from, -1);
      const until = end === undefined ? years(term.otherwiseYears) : end;
      return { from, until: sameDay ? from : until, imposed: true };
    }
    case 'by-reason': {
      const reason = foldName(cells.required('reason') ?? '');
      const unlimited = term.unlimited.some((phrase) => reason.includes(foldName(phrase)));
      return { from, until: unlimited ? null : years(term.otherwiseYears), imposed: true };
    }
    case 'ban-in-text': {
      const text = cells.required('penalty');
      const ban = text === undefined || from === undefined ? undefined : banIn(text, term, from);
      const published = end ? { publishedUntil: end } : {};
      if (ban?.kind === 'ban') return { from: ban.from, until: ban.until, imposed: true, ...published };
      if (ban?.kind === 'unclear')
        cells.fail('penalty', 'unclear-term', {
          zh: '有禁止、但期限不明确（如“一至三年”、自送达之日起），请写明起止日期或年限',
          en: 'a ban whose term is not clear (a range, or counted from a day that is not there): write its dates or its length',
        });
      return { from, until: end === undefined ? years(term.otherwiseYears) : end, imposed: false, ...published };
    }
  }
}
