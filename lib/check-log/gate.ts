import type { CheckAnswer } from '../check/answer.ts';
import type { CheckRecord } from '../check/record.ts';
import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { PersonKeyring } from '../subject/key.ts';
import type { Grant, GrantRequest } from './grant.ts';
import { type Note, notesOf } from './note.ts';
import type { Signer } from './signer.ts';
import { memberOf, sameOrganisation } from './subject-fit.ts';

/** A check as the gate sees it. */
export interface Gated {
  readonly record: CheckRecord;
  readonly answer: CheckAnswer;
  readonly notes: readonly Note[];
}

/**
 * 授予以核查为前提 (S17(5)): the grant, where its check is of this subject, principal, matter and scene, was good at the
 * moment of the grant, and its outcome allows it by the contract's table.
 * @throws Problem `conflict` with the reason
 */
export function gate(check: Gated, request: GrantRequest, ring: PersonKeyring, by: Signer, now: Instant): Grant {
  const member = fitting(check, request, ring);
  assertInTime(check, request, now);
  const { outcome } = check.answer;
  const refusal = refusalOf(check, request);
  if (refusal)
    throw refused({ zh: `结论为 ${outcome}：${refusal.zh}`, en: `The outcome is ${outcome}: ${refusal.en}` });
  return {
    reference: request.reference,
    grantedAt: toIso(parseInstant(request.grantedAt)),
    member,
    outcome,
    ...(request.acknowledged && { acknowledged: request.acknowledged }),
    ...(request.condition !== undefined && { condition: request.condition }),
    at: toIso(now),
    by,
  };
}

/** The subject of the check that the grant names. Throws a Problem where anything is another than was checked. */
function fitting(
  { record, answer }: Gated,
  { subject, principal, matter, scene }: GrantRequest,
  ring: PersonKeyring,
): number {
  const member = memberOf(subject, record.subjects, ring);
  if (member === undefined) throw refused({ zh: '该核查针对的是其他主体', en: 'The check is of another subject.' });
  if (!sameOrganisation(principal, answer.principal))
    throw refused({ zh: '该核查由其他采购人或主管部门负责', en: 'The check is of another principal.' });
  if (matter.id !== answer.matter.id)
    throw refused({ zh: '该核查针对的是其他事项', en: 'The check is of another matter.' });
  // A check of the whole matter covers each of its lots; a check of one lot covers no other.
  if (answer.matter.lot !== undefined && matter.lot !== answer.matter.lot)
    throw refused({ zh: '该核查针对的是其他标段', en: 'The check is of another lot.' });
  if (scene !== undefined && scene !== answer.scene)
    throw refused({ zh: `该核查的场景为 ${answer.scene}`, en: `The check is of the scene ${answer.scene}.` });
  return member;
}

function assertInTime({ answer }: Gated, request: GrantRequest, now: Instant): void {
  const granted = parseInstant(request.grantedAt);
  if (granted > now) throw refused({ zh: '授予时间尚未到来', en: 'The moment of the grant lies ahead.' });
  if (granted < parseInstant(answer.checkedAt))
    throw refused({ zh: '授予在先，核查在后', en: 'It was granted before it was checked.' });
  if (granted >= parseInstant(answer.expiresAt))
    throw refused({
      zh: `该核查的有效期至 ${answer.expiresAt}，请重新核查`,
      en: `The check expired at ${answer.expiresAt}: check again.`,
    });
}

/** Why the outcome does not allow it, by the contract's table. */
function refusalOf({ answer, notes }: Gated, request: GrantRequest): Bilingual | undefined {
  if (notesOf(notes, 'annulment').length > 0)
    return { zh: '该核查已作废，请重新核查', en: 'the check is annulled; check again.' };
  switch (answer.outcome) {
    case 'pass':
    case 'favour':
      return undefined;
    case 'warn':
      return request.acknowledged
        ? undefined
        : { zh: '须确认已知悉（acknowledged: true）', en: 'it may be granted acknowledged (acknowledged: true).' };
    case 'restrict':
      return request.condition === undefined
        ? { zh: '须写明附加条件（condition）', en: 'it may be granted with the condition stated (condition).' }
        : undefined;
    case 'indeterminate':
      return undetermined(notes, request.grantedAt);
    case 'veto':
      return { zh: '不得授予；重新核查的结论可能不同', en: 'it must not be granted; a fresh check may differ.' };
  }
}

/** The last determination counts, and it comes before the grant. */
function undetermined(notes: readonly Note[], grantedAt: string): Bilingual | undefined {
  const last = notesOf(notes, 'determination').at(-1);
  if (!last) return { zh: '须先作出人工认定', en: 'it needs a determination first.' };
  if (last.decision === 'must-not-grant')
    return { zh: '人工认定为不得授予', en: 'a person has determined that it must not be granted.' };
  return parseInstant(last.at) > parseInstant(grantedAt)
    ? { zh: '授予在先，人工认定在后', en: 'it was granted before it was determined.' }
    : undefined;
}

const refused = (detail: Bilingual): Problem => new Problem('conflict', detail);
