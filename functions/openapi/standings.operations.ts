import * as z from 'zod/mini';
import { StandingQuery } from '../../lib/disclosure/standing-query.ts';
import { CheckOfSubject, SubjectAccessRequest } from '../../lib/disclosure/subject-access.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Listing } from '../../lib/listing/standing.ts';
import type { Operations } from './operation.ts';

const Identified = z.object({ scheme: z.string(), id: z.string() });

const Subject = z.extend(Identified, {
  name: z.optional(z.string()),
  code: z.optional(z.string()),
  confirmedCodes: z.optional(z.array(z.string())),
});

const Standing = z.object({
  asOf: z.nullable(z.iso.datetime()),
  version: z.int(),
  listings: z.array(
    z.extend(Listing, {
      links: z.optional(z.array(z.object({ listingId: z.string() }))),
      inForce: z.boolean(),
      guard: z.optional(z.enum(['effective', 'term', 'ended', 'suspended'])),
    }),
  ),
  predecessors: z.array(Identified),
});

export const STANDINGS: Operations = {
  'POST /v1/standings/query': {
    id: 'queryStanding',
    summary: 'What the lists say of a subject: now, as of a past moment, or at a version. The question is on record.',
    scopes: [SCOPES.steward, SCOPES.audit],
    body: StandingQuery,
    answers: {
      200: {
        description: 'Every listing in whatever state; `inForce` by its own dates and state, and no verdict.',
        schema: z.object({ subject: Subject, ...Standing.shape }),
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
  'POST /v1/subject-access': {
    id: 'answerSubject',
    summary: 'What is held about a subject and who asked, told to it through its authority. The request is on record.',
    scopes: [SCOPES.steward],
    body: SubjectAccessRequest,
    answers: {
      200: {
        description: 'The standing now, and the checks, newest first.',
        schema: z.object({
          subject: Subject,
          standing: Standing,
          checks: z.object({ items: z.array(CheckOfSubject), next: z.nullable(z.string()) }),
        }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'invalid-identifier', 'registry-unavailable', 'evidence-unavailable'],
  },
};
