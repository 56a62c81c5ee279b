import { CalendarYear } from './calendar-year.ts';
import type { Calendars } from './working-days.ts';
import year2024 from './years/2024.json' with { type: 'json' };
import year2025 from './years/2025.json' with { type: 'json' };
import year2026 from './years/2026.json' with { type: 'json' };

/** The years whose notice was known at the release; an operator adds the others. */
export const SHIPPED_CALENDARS: Calendars = new Map(
  [year2024, year2025, year2026].map((data) => {
    const calendar = CalendarYear.parse(data);
    return [calendar.year, calendar];
  }),
);
