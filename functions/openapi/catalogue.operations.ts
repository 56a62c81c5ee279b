import * as z from 'zod/mini';
import { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import type { Operations } from './operation.ts';

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
    body: Catalogue,
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
};
