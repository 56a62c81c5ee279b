import * as z from 'zod/mini';
import { Region } from '../catalogue/vocabulary.ts';
import { CheckAnswer } from '../check/answer.ts';
import { answerOf } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import { type Note, notesOf } from '../check-log/note.ts';

/** The facts of a matter on which it depends whether a listing counts, as they were asked. */
const Facts = z.object({
  region: z.optional(Region),
  sector: z.optional(z.string()),
  mandatoryTender: z.optional(z.boolean()),
});

/** What a check said that an alert depends on. */
export interface SeenCheck {
  readonly record: CheckRecord;
  readonly facts: z.infer<typeof Facts>;
  /** The parts that whoever the listing reaches plays; undefined for a subject that was given none. */
  readonly roles: readonly (string | undefined)[];
  /** Through which relation the subject was reached, where it was not asked about by itself. */
  readonly relation: string | undefined;
  /** An indeterminate one that a person decided in favour. */
  readonly determined: boolean;
  /** Its caller took it back: no grant will rest on it. */
  readonly annulled: boolean;
  /** The listings that it named. */
  readonly named: ReadonlySet<string>;
}

/** No relation that a caller names: the successor has its listings as its own. */
const PREDECESSOR = 'predecessor';

/** A record as it concerns one subject. Throws a $ZodError for one that is not what it should be. */
export function seenCheck(record: CheckRecord, notes: readonly Note[], subject: string): SeenCheck {
  const { verdicts, matter } = CheckAnswer.parse(JSON.parse(answerOf(record)));
  const member = record.subjects.findIndex(({ key }) => key === subject);
  const asked = member < 0 ? verdicts : verdicts.slice(member, member + 1);
  const via = member < 0 ? record.through.find(({ key }) => key === subject)?.via : undefined;
  const said = verdicts.flatMap(({ reasons, notices }) => [...reasons, ...notices]);
  return {
    record,
    facts: Facts.parse(matter),
    roles: asked.map((verdict) => verdict.subject.role),
    relation: via === PREDECESSOR ? undefined : via,
    determined: notesOf(notes, 'determination').at(-1)?.decision === 'may-grant',
    annulled: notesOf(notes, 'annulment').length > 0,
    named: new Set(said.flatMap(({ listingId }) => listingId ?? [])),
  };
}
