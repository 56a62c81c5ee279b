import * as z from 'zod/mini';

/** A source that an answer rests on, as the answer shows it: the moment for which it is known to be complete, if any. */
export const AnsweredSource = z.object({
  id: z.string(),
  freshAsOf: z.nullable(z.string()),
  state: z.enum(['fresh', 'stale', 'missing']),
});
