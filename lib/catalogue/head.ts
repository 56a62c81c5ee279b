import * as z from 'zod/mini';
import { kebab } from '../kernel/text.ts';

/**
 * What holds right now for every check, read with each of them: which catalogue is in force, what is switched off,
 * and how fresh every source is. `sequence` grows with each change, so that a past decision can be repeated.
 */
export const Head = z.strictObject({
  catalogueVersion: z.string(),
  sequence: z.int().check(z.nonnegative()),
  /** Measures, domains and sources under the kill switch (H21(一): 立即停止). */
  switchedOff: z.array(kebab),
  /** Source → the moment for which its content is known to be complete, ISO 8601 UTC. */
  freshAsOf: z.record(kebab, z.iso.datetime()),
});
export type Head = z.infer<typeof Head>;
