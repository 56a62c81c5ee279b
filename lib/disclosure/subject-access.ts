import * as z from 'zod/mini';
import { CheckAnswer } from '../check/answer.ts';
import { answerOf } from '../check/receipt.ts';
import type { CheckRecord } from '../check/record.ts';
import type { CheckLogReader } from '../check-log/ports.ts';
import { type Searching, search } from '../check-log/search.ts';
import { keptText } from '../kernel/text.ts';
import { type FoundSubject, SubjectNamed } from './subject.ts';

const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 50;

/** The body of `POST /v1/subject-access`: what a subject asks of its authority about itself (PIPL 45, 征信业条例 17). */
export const SubjectAccessRequest = z.strictObject({
  subject: SubjectNamed,
  purpose: keptText(500),
  operator: keptText(128),
  /** Of the subject's own request, as the authority filed it. */
  requestReference: keptText(128),
  cursor: z.optional(z.string().check(z.maxLength(400))),
  limit: z._default(z.int().check(z.minimum(1), z.maximum(MAX_LIMIT)), DEFAULT_LIMIT),
});
export type SubjectAccessRequest = z.infer<typeof SubjectAccessRequest>;

/** One check as its subject may know of it: who asked, for what, and what was answered about this subject alone. */
export const CheckOfSubject = z.object({
  id: z.string(),
  checkedAt: z.iso.datetime(),
  caller: z.string(),
  principal: CheckAnswer.shape.principal,
  matter: z.string(),
  scene: z.string(),
  /** Absent where the check was of somebody else: a listing of this subject decided it, or a branch of it was asked about. */
  outcome: z.optional(z.string()),
});
type CheckOfSubject = z.infer<typeof CheckOfSubject>;

/** The checks that were made on a subject, newest first. */
export async function checksOn(
  { subject, cursor, limit }: SubjectAccessRequest,
  { logKeys }: FoundSubject,
  log: CheckLogReader,
  searching: Pick<Searching, 'ring' | 'key' | 'resolve'>,
): Promise<{ items: CheckOfSubject[]; next: string | null }> {
  const everyone = { ...searching, only: undefined, callers: async () => [], subjectOf: async () => undefined };
  const { rows, next } = await search({ subject, cursor, limit }, log, everyone);
  const records = await Promise.all(rows.map(({ id }) => log.record(id)));
  return { items: records.flatMap((each) => (each ? [shownToSubject(each.record, logKeys)] : [])), next };
}

/** Without the other members of a consortium, and without how it came out for them. */
function shownToSubject(record: CheckRecord, logKeys: readonly string[]): CheckOfSubject {
  const { id, checkedAt, caller, principal, matter, scene, verdicts } = CheckAnswer.parse(JSON.parse(answerOf(record)));
  const index = record.subjects.findIndex(({ key }) => key !== undefined && logKeys.includes(key));
  const outcome = verdicts[index]?.outcome;
  return { id, checkedAt, caller, principal, matter: matter.id, scene, ...(outcome && { outcome }) };
}
