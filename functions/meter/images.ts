import * as z from 'zod/mini';
import { RecordedOutcome } from '../../lib/check/record.ts';

const Text = z.pipe(
  z.object({ S: z.string() }),
  z.transform(({ S }) => S),
);
const Count = z.pipe(
  z.object({ N: z.string().check(z.regex(/^\d{1,15}$/)) }),
  z.transform(({ N }) => Number(N)),
);
/** A place in an index: a moment, with an id behind it. */
const Place = z.pipe(
  z.pipe(
    Text,
    z.transform((text) => ({ moment: text.slice(0, text.indexOf('#')), id: text.slice(text.indexOf('#') + 1) })),
  ),
  z.object({ moment: z.iso.datetime(), id: z.string() }),
);

/** What of a new record counts here. */
export const RecordImage = z.object({
  caller: Text,
  matter: Text,
  scene: Text,
  at: Place,
  outcome: z.pipe(Text, RecordedOutcome),
  ttl: Count,
});
export type RecordImage = z.infer<typeof RecordImage>;

/** What of a look counts here. */
export const LookImage = z.object({
  looker: Text,
  at: Place,
  subject: z.optional(Text),
  lines: z.optional(Count),
  others: z.optional(Count),
});
export type LookImage = z.infer<typeof LookImage>;
