import * as z from 'zod/mini';
import { Statistics, StatisticsParameters } from '../../lib/check-log/statistics.ts';
import { SCOPES } from '../../lib/edge/scopes.ts';
import { Delisting } from '../../lib/listing/delisting.ts';
import type { Operations } from './operation.ts';

export const STATISTICS: Operations = {
  'GET /v1/statistics': {
    id: 'statistics',
    summary:
      'Checks, interceptions and intercepted subjects of a period, by one or two dimensions; a caller sees its own. 统计',
    scopes: [SCOPES.read, SCOPES.audit],
    query: StatisticsParameters,
    answers: {
      200: {
        description: 'Exact figures, a recount of the log.',
        schema: z.extend(Statistics, { delisting: z.optional(z.array(Delisting)) }),
      },
    },
    problems: ['invalid-request', 'forbidden', 'evidence-unavailable'],
  },
};
