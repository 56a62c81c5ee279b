import * as z from 'zod/mini';
import { PageParameters } from '../check-log/paging.ts';
import { CalendarDate } from '../kernel/clock.ts';
import { keptText } from '../kernel/text.ts';
import { Hold } from './hold.ts';
import { dueOn, isClosed, Matter } from './matter.ts';

/** The parameters of `GET /v1/matters`. */
export const MatterParameters = z.strictObject({
  state: z.literal('unclosed'),
  /** A caller sees its own, an auditor everybody's or those of the caller named. */
  caller: z.optional(keptText(128)),
  cursor: z.optional(z.string().check(z.maxLength(600))),
});

/** The parameters of `GET /v1/holds`. */
export const HoldParameters = z.strictObject({
  ...PageParameters.shape,
  /** Those that wait for another person's signature, where it is left out. */
  state: z.optional(Hold.shape.state),
});

const { counted: _, ...shown } = Matter.shape;

/** A matter as it is shown. */
export const MatterShown = z.object({
  ...shown,
  state: z.enum(['unclosed', 'closed']),
  /** The first day on which its records are deleted, unless it is held. */
  dueOn: CalendarDate,
});

/** The matter with what follows for its records. */
export const shownMatter = ({ counted: _, ...matter }: Matter): z.infer<typeof MatterShown> => ({
  ...matter,
  state: isClosed(matter) ? 'closed' : 'unclosed',
  dueOn: dueOn(matter),
});
