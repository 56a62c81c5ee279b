import type { CheckAnswer } from '../check/answer.ts';
import type { CheckRecord } from '../check/record.ts';
import { dateOf, type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { Scheme } from '../subject/scheme.ts';
import type { CaseReport, CaseReportRequest } from './case-report.ts';
import { type Note, notesOf } from './note.ts';
import type { Signer } from './signer.ts';

/**
 * A case of a check whose reasons cite the measure.
 * @throws Problem `conflict` where the check is none or was taken back, `invalid-request`
 */
export function reportCase(
  { record, answer, notes }: { record: CheckRecord; answer: CheckAnswer; notes: readonly Note[] },
  request: CaseReportRequest,
  by: Signer,
  now: Instant,
): CaseReport {
  if (notesOf(notes, 'annulment').length > 0)
    throw new Problem('conflict', {
      zh: '该核查的状态为已作废，不可据以报送案例',
      en: 'This check is annulled: no case can be reported on it.',
    });
  const citing = record.subjects.flatMap((_, index) => (cites(answer, record, index, request.measure) ? [index] : []));
  const subject = request.subject ?? (citing.length === 1 ? citing[0] : undefined);
  const faults = [
    ...(citing.length === 0 ? [NOT_CITED] : []),
    ...(citing.length > 1 && subject === undefined ? [WHICH] : []),
    ...(citing.length > 0 && subject !== undefined && !citing.includes(subject) ? [NOT_OF_SUBJECT] : []),
    ...(request.effectiveOn < dateOf(parseInstant(record.checkedAt)) ? [BEFORE_CHECK] : []),
    ...(request.effectiveOn > dateOf(now) ? [AHEAD] : []),
  ];
  const of = subject === undefined ? undefined : record.subjects[subject];
  if (faults.length > 0 || of === undefined || subject === undefined)
    throw new Problem(
      'invalid-request',
      { zh: '案例与核查不符，见 errors', en: 'The case does not fit the check: see errors.' },
      { errors: faults },
    );
  return {
    ...request,
    subject,
    scheme: Scheme.parse(of.scheme),
    id: of.id,
    caller: record.caller,
    scene: record.scene,
    matter: record.matterId,
    checkedAt: record.checkedAt,
    at: toIso(now),
    by,
  };
}

/** Whether a reason of one subject's verdict, shown or beyond those shown, rests on the measure. */
const cites = ({ verdicts }: CheckAnswer, { detail }: CheckRecord, index: number, measure: string): boolean =>
  [...(verdicts[index]?.reasons ?? []), ...(detail.subjects[index]?.omittedReasons ?? [])].some(
    (reason) => reason.measure.code === measure,
  );

const fault = (pointer: string, code: string, zh: string, en: string): Fault => ({
  pointer,
  code,
  message: { zh, en },
});
const NOT_CITED = fault('/measure', 'not-cited', '该核查未引用此措施', 'is no measure that the check cites');
const WHICH = fault(
  '/subject',
  'missing',
  '多个主体涉及此措施，须指明',
  'several subjects have the measure: say which',
);
const NOT_OF_SUBJECT = fault(
  '/subject',
  'not-cited',
  '此主体不涉及该措施',
  'is no subject that the measure was cited for',
);
const BEFORE_CHECK = fault('/effectiveOn', 'before-check', '早于核查日期', 'is before the day of the check');
const AHEAD = fault('/effectiveOn', 'in-future', '尚未到来', 'lies ahead');
