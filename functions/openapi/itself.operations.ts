import * as z from 'zod/mini';
import type { Operations } from './operation.ts';

export const ITSELF: Operations = {
  'GET /openapi.json': {
    id: 'describe',
    summary: 'This document.',
    scopes: [],
    answers: { 200: { description: 'OpenAPI 3.1.', schema: z.looseObject({ openapi: z.string() }) } },
    problems: [],
  },
};
