import * as z from 'zod/mini';
import { text } from '../kernel/text.ts';
import { PageParameters } from './paging.ts';

/** The parameters of `GET /v1/feedback/overdue`. */
export const OverdueParameters = z.strictObject({ ...PageParameters.shape, caller: z.optional(text(128)) });
