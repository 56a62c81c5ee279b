import * as z from 'zod';
import { kebab } from '../kernel/text.ts';

/** 调用单位: a registered agency system. Not the principal, who grants and answers for it in law. */
export const Caller = z.object({
  id: z.string().min(1).max(128),
  name: z.string().min(1).max(200),
  organisation: z.string().min(1).max(200),
  scenes: z.array(kebab),
  state: z.enum(['pending', 'active', 'suspended']),
  /** Checks per second on average, and how many may come at once. */
  quota: z.strictObject({ perSecond: z.number().positive(), burst: z.int().positive() }),
  /** Refused until then, ISO 8601 UTC: set when the caller overran its quota. */
  blockedUntil: z.iso.datetime().optional(),
});
export type Caller = z.infer<typeof Caller>;
