import * as z from 'zod/mini';
import { CalendarDate } from '../kernel/clock.ts';
import { kebab } from '../kernel/text.ts';

/** 调用单位: a registered agency system. Not the principal, who grants and answers for it in law. */
export const Caller = z.object({
  id: z.string().check(z.minLength(1), z.maxLength(128)),
  name: z.string().check(z.minLength(1), z.maxLength(200)),
  organisation: z.string().check(z.minLength(1), z.maxLength(200)),
  scenes: z.array(kebab),
  state: z.enum(['pending', 'active', 'suspended']),
  /** The last day on which it may check, in Asia/Shanghai; absent where its approval sets no term. */
  validUntil: z.optional(CalendarDate),
  /** Checks per second on average, and how many may come at once. */
  quota: z.strictObject({ perSecond: z.number().check(z.positive()), burst: z.int().check(z.positive()) }),
  /** Refused until then, ISO 8601 UTC: set when the caller overran its quota. */
  blockedUntil: z.optional(z.iso.datetime()),
});
export type Caller = z.infer<typeof Caller>;
