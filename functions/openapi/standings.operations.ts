import * as z from 'zod/mini';
import { StandingQuery } from '../../lib/disclosure/standing-query.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Listing } from '../../lib/listing/standing.ts';
import type { Operations } from './operation.ts';

const Identified = z.object({ scheme: z.string(), id: z.string() });

export const STANDINGS: Operations = {
  'POST /v1/standings/query': {
    id: 'queryStanding',
    summary: 'What the lists say of a subject: now, as of a past moment, or at a version. The question is on record.',
    scopes: [SCOPES.steward, SCOPES.audit],
    body: StandingQuery,
    answers: {
      200: {
        description: 'Every listing in whatever state; `inForce` by its own dates and state, and no verdict.',
        schema: z.object({
          subject: z.extend(Identified, {
            name: z.optional(z.string()),
            code: z.optional(z.string()),
            confirmedCodes: z.optional(z.array(z.string())),
          }),
          asOf: z.nullable(z.iso.datetime()),
          version: z.int(),
          listings: z.array(
            z.extend(Listing, {
              inForce: z.boolean(),
              guard: z.optional(z.enum(['effective', 'term', 'ended', 'suspended'])),
            }),
          ),
          predecessors: z.array(Identified),
        }),
      },
    },
    problems: [
      'invalid-request',
      'forbidden',
      'not-found',
      'invalid-identifier',
      'registry-unavailable',
      'evidence-unavailable',
    ],
  },
};
