import * as z from 'zod/mini';

/** The parameters of a list that is given page by page. */
export const Paging = {
  limit: z.optional(z.string().check(z.regex(/^([1-9]|[1-9]\d|100)$/))),
  cursor: z.optional(z.string().check(z.maxLength(1_000))),
};
