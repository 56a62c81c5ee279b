import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { Guard } from '../catalogue/vocabulary.ts';
import { CheckAnswer, Verdict } from '../check/answer.ts';
import { AnsweredReason } from '../check/reason.ts';
import { answerOf } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import type { Language } from '../kernel/text.ts';
import { Annotation } from './annotation.ts';
import { Annulment } from './annulment.ts';
import { ShownCase, shownCase } from './case-report.ts';
import { Determination } from './determination.ts';
import { Feedback } from './feedback.ts';
import { Grant } from './grant.ts';
import { type Note, notesOf } from './note.ts';

const Considered = z.object({ listingId: z.string(), guard: Guard, text: z.string() });

/** The answer to `GET /v1/checks/<id>`: the answer as it left, and what stands beside it on the record. */
export const CheckDetail = z.extend(CheckAnswer, {
  verdicts: z.array(
    z.extend(Verdict, {
      /** The listings that did not count, and the guard that stopped each. */
      considered: z.array(Considered),
      /** The reasons beyond those of the answer. */
      omittedReasons: z.array(AnsweredReason),
    }),
  ),
  /** What was appended, oldest first. */
  determinations: z.array(Determination),
  annulments: z.array(Annulment),
  grants: z.array(Grant),
  feedback: z.array(Feedback),
  cases: z.array(ShownCase),
  /** For auditors alone. */
  annotations: z.optional(z.array(Annotation)),
});

/** A refused attempt: no check, and so no outcome that a grant could rest on. */
const RefusedAttempt = z.looseObject({ id: z.string(), outcome: z.literal('invalid') });

/** A record in full, its guards in the reader's language. */
export function detailOf(
  record: CheckRecord,
  notes: readonly Note[],
  guards: Catalogue['guards'],
  language: Language,
  reader: 'caller' | 'auditor',
): z.infer<typeof CheckDetail> | z.infer<typeof RefusedAttempt> {
  const stored: unknown = JSON.parse(answerOf(record));
  if (record.outcome === 'invalid') return RefusedAttempt.parse(stored);
  const answer = CheckAnswer.parse(stored);
  return {
    ...answer,
    verdicts: answer.verdicts.map((verdict, index) => {
      const beside = record.detail.subjects[index];
      return {
        ...verdict,
        considered: (beside?.considered ?? []).map((each) => ({ ...each, text: guards[each.guard][language] })),
        omittedReasons: beside?.omittedReasons ?? [],
      };
    }),
    determinations: shown(notesOf(notes, 'determination')),
    annulments: shown(notesOf(notes, 'annulment')),
    grants: shown(notesOf(notes, 'grant')),
    feedback: shown(notesOf(notes, 'feedback')),
    cases: shown(notesOf(notes, 'case'))
      .toSorted((one, other) => (one.at < other.at ? -1 : 1))
      .map((report) => shownCase(record.id, report, answer.verdicts[report.subject]?.subject.id ?? undefined)),
    ...(reader === 'auditor' && { annotations: shown(notesOf(notes, 'annotation')) }),
  };
}

/** Each kind has a field of its own. */
const shown = <T extends Note>(notes: readonly T[]): Omit<T, 'kind'>[] => notes.map(({ kind: _, ...note }) => note);
