import * as z from 'zod/mini';
import { PageParameters } from '../../lib/check-log/paging.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Violation } from '../../lib/listing/violation.ts';
import type { Operations } from './operation.ts';

export const VIOLATIONS: Operations = {
  'GET /v1/violations': {
    id: 'listViolations',
    summary: 'The register of violations, newest first: appended, never edited. 违规登记',
    scopes: [SCOPES.audit],
    query: PageParameters,
    answers: {
      200: {
        description: 'A page.',
        schema: z.object({ items: z.array(Violation), next: z.nullable(z.string()) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'registry-unavailable'],
  },
};
