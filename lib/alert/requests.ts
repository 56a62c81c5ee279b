import * as z from 'zod/mini';
import { PageParameters } from '../check-log/paging.ts';

/** The parameters of `GET /v1/alerts`. */
export const AlertParameters = z.strictObject({
  ...PageParameters.shape,
  state: z._default(z.enum(['open', 'acknowledged']), 'open'),
});
