import * as z from 'zod/mini';
import { PublicEntry } from '../../lib/disclosure/public-entry.ts';
import { PublicationParameters } from '../../lib/disclosure/publication-page.ts';
import type { Operations } from './operation.ts';

export const PUBLICATIONS: Operations = {
  'GET /v1/publications': {
    id: 'readPublications',
    summary:
      'Candidates in their publicity, listings in their term, and exits: exactly while the law has them public. 公示',
    scopes: [],
    query: PublicationParameters,
    headers: { 'If-None-Match': 'The ETag of a page that is known: 304 where it is still the same.' },
    answers: {
      200: {
        description: 'A page, domain by domain, the newest document first.',
        schema: z.object({ items: z.array(PublicEntry), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'not-found', 'registry-unavailable'],
  },
};
