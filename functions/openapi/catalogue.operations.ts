import * as z from 'zod/mini';
import { CalendarDays } from '../../lib/calendar/calendar-year.ts';
import { PublishedCatalogue } from '../../lib/catalogue/publication.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

const CalendarShown = z.object({ year: z.int(), ...CalendarDays.shape, workingDays: z.int() });

export const CATALOGUE: Operations = {
  'GET /v1/catalogue': {
    id: 'readCatalogue',
    summary:
      'Scenes, domains, measures, sources, roles, relations, guards, notices, and what is switched off. 目录清单',
    scopes: [],
    answers: { 200: { description: 'The catalogue in force.', schema: z.looseObject({ version: z.string() }) } },
    problems: [],
  },
  'PUT /v1/catalogue': {
    id: 'publishCatalogue',
    summary: 'Publish a new version; a published one never changes.',
    scopes: [SCOPES.admin],
    body: PublishedCatalogue,
    answers: { 200: { description: 'In force.', schema: z.object({ version: z.string(), sequence: z.int() }) } },
    problems: ['invalid-request', 'forbidden', 'conflict'],
  },
  'PUT /v1/switches/{code}': {
    id: 'switch',
    summary: 'Switch a measure, a list or a source off or on, from the very next check. 停用开关',
    scopes: [SCOPES.admin],
    body: z.strictObject({ state: z.enum(['off', 'on']) }),
    answers: {
      200: { description: 'Switched.', schema: z.object({ code: z.string(), state: z.string(), sequence: z.int() }) },
    },
    problems: ['invalid-request', 'forbidden', 'not-found'],
  },
  'GET /v1/calendars/{year}': {
    id: 'readCalendar',
    summary: 'The official calendar of a year, by which terms in working days are counted. 放假调休安排',
    scopes: [],
    answers: { 200: { description: 'The calendar.', schema: CalendarShown } },
    problems: ['not-found'],
  },
  'PUT /v1/calendars/{year}': {
    id: 'putCalendar',
    summary: 'Add a year, or correct one. Until then its days are counted Monday to Friday, and marked provisional.',
    scopes: [SCOPES.admin],
    body: CalendarDays,
    answers: {
      200: {
        description: 'In force. `workingDays` shows a slip of the pen.',
        schema: z.extend(CalendarShown, { revision: z.int() }),
      },
    },
    problems: ['invalid-request', 'forbidden'],
  },
};
