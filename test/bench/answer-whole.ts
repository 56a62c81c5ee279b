import * as z from 'zod';
import { recordIn } from '../../lib/dynamo/check-log-items.ts';
import { recordedItem } from './captured.ts';
import { type Figure, holds } from './table.ts';
import type { Work } from './work.ts';

const Answer = z.object({
  verdicts: z.tuple([z.object({ reasons: z.array(z.object({ listingId: z.string() })), omitted: z.int() })]),
});

/** That the answer tells how many reasons there are, and that the record holds every one of them. */
export function answerWhole(name: string, { answer, ...work }: Work, listings: number): Figure {
  const [{ reasons, omitted }] = Answer.parse(answer).verdicts;
  const record = recordIn([recordedItem({ answer, ...work })]);
  const shown = reasons.map(({ listingId }) => listingId);
  const kept = record?.detail.subjects.flatMap(({ omittedReasons }) =>
    omittedReasons.map(({ listingId }) => listingId),
  );
  const recorded = new Set([...shown, ...(kept ?? [])]);
  return holds(
    name,
    `${shown.length} shown + ${omitted} said to be omitted; ${recorded.size} reasons on record`,
    `${listings} in all, all on record`,
    shown.length + omitted === listings &&
      recorded.size === listings &&
      record?.subjects[0]?.listings.length === listings,
  );
}
