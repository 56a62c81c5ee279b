import type { Outcome } from '../catalogue/vocabulary.ts';
import { type Instant, parseInstant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import type { Bilingual } from '../kernel/text.ts';
import type { Grant, GrantRequest } from './grant.ts';
import { isSame, type Named } from './named.ts';
import {
  type CheckFacts,
  endOfMoment,
  type Granted,
  type Hindrance,
  hindranceOf,
  lastWordsOn,
  liesAhead,
  type Misfit,
  misfitsOf,
} from './rests-on.ts';
import type { Signer } from './signer.ts';

/** A check as the gate sees it, with the checks of its members in its matter that were made since. */
export interface Gated {
  readonly check: CheckFacts;
  readonly since: readonly CheckFacts[];
}

/** Whom the report names. */
export interface Parties {
  readonly subject: Named;
  readonly principal: Named;
}

/** What a report says was granted. */
export function grantedBy({ matter, scene, grantedAt }: GrantRequest, parties: Parties): Granted {
  const at = parseInstant(grantedAt);
  return { ...parties, matter: matter.id, lot: matter.lot, scene, from: toIso(at), to: toIso(endOfMoment(at)) };
}

/**
 * 授予以核查为前提 (S17(5)): the grant, where its check is of this subject, principal, matter and scene, was good at the
 * moment of the grant and had the last word then, and its outcome allows it by the contract's table.
 * @throws Problem `conflict` with the reason
 */
export function gate(
  { check, since }: Gated,
  request: GrantRequest,
  parties: Parties,
  by: Signer,
  now: Instant,
): Grant {
  const granted = grantedBy(request, parties);
  const [misfit] = misfitsOf(granted, check);
  if (misfit) throw refused(OF_MISFIT[misfit](check));
  if (liesAhead(parseInstant(request.grantedAt), now))
    throw refused({ zh: '授予时间尚未到来', en: 'The moment of the grant lies ahead.' });
  const hindrance = hindranceOf(granted, check) ?? termsLeft(check.outcome, request);
  if (hindrance) throw refused(OF_HINDRANCE[hindrance](check));
  for (const last of lastWordsOn(granted, check, since))
    if (hindranceOf(granted, last) ?? termsLeft(last.outcome, request)) throw refused(OVERRULED);
  return {
    reference: request.reference,
    grantedAt: granted.from,
    member: check.subjects.findIndex((subject) => isSame(subject, granted.subject)),
    outcome: check.outcome,
    ...(request.acknowledged && { acknowledged: request.acknowledged }),
    ...(request.condition !== undefined && { condition: request.condition }),
    at: toIso(now),
    by,
  };
}

/** What an outcome that allows a grant asks of its report. */
function termsLeft(outcome: Outcome, { acknowledged, condition }: GrantRequest) {
  if (outcome === 'warn' && !acknowledged) return 'unacknowledged';
  if (outcome === 'restrict' && condition === undefined) return 'unconditional';
  return undefined;
}

type Terms = NonNullable<ReturnType<typeof termsLeft>>;

const OF_MISFIT: Readonly<Record<Misfit, (check: CheckFacts) => Bilingual>> = {
  subject: () => ({ zh: '该核查针对的是其他主体', en: 'The check is of another subject.' }),
  principal: () => ({ zh: '该核查由其他采购人或主管部门负责', en: 'The check is of another principal.' }),
  matter: () => ({ zh: '该核查针对的是其他事项', en: 'The check is of another matter.' }),
  lot: () => ({ zh: '该核查针对的是其他标段', en: 'The check is of another lot.' }),
  scene: ({ scene }) => ({ zh: `该核查的场景为 ${scene}`, en: `The check is of the scene ${scene}.` }),
};

const ofOutcome = ({ outcome }: CheckFacts, { zh, en }: Bilingual): Bilingual => ({
  zh: `结论为 ${outcome}：${zh}`,
  en: `The outcome is ${outcome}: ${en}`,
});

const OF_HINDRANCE: Readonly<Record<Hindrance | Terms, (check: CheckFacts) => Bilingual>> = {
  'before-check': () => ({ zh: '授予在先，核查在后', en: 'It was granted before it was checked.' }),
  expired: ({ expiresAt }) => ({
    zh: `该核查的有效期至 ${expiresAt}，请重新核查`,
    en: `The check expired at ${expiresAt}: check again.`,
  }),
  annulled: (check) => ofOutcome(check, { zh: '该核查已作废，请重新核查', en: 'the check is annulled; check again.' }),
  veto: (check) =>
    ofOutcome(check, {
      zh: '不得授予；重新核查的结论可能不同',
      en: 'it must not be granted; a fresh check may differ.',
    }),
  undetermined: (check) =>
    ofOutcome(
      check,
      check.determinations.length === 0
        ? { zh: '须先作出人工认定', en: 'it needs a determination first.' }
        : { zh: '授予在先，人工认定在后', en: 'it was granted before it was determined.' },
    ),
  'determined-against': (check) =>
    ofOutcome(check, { zh: '人工认定为不得授予', en: 'a person has determined that it must not be granted.' }),
  unacknowledged: (check) =>
    ofOutcome(check, {
      zh: '须确认已知悉（acknowledged: true）',
      en: 'it may be granted acknowledged (acknowledged: true).',
    }),
  unconditional: (check) =>
    ofOutcome(check, {
      zh: '须写明附加条件（condition）',
      en: 'it may be granted with the condition stated (condition).',
    }),
};

/** Of whose check it is, and what it said, nothing: it may be another caller's. */
const OVERRULED: Bilingual = {
  zh: '授予之前，该主体（或联合体其他成员）在该事项中另有一次更晚的核查，不允许如此授予，请重新核查',
  en: 'A later check of the subject, or of another member, in the matter before the grant does not allow it like this: check again.',
};

const refused = (detail: Bilingual): Problem => new Problem('conflict', detail);
