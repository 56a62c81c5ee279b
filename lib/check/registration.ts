import * as z from 'zod/mini';
import { CalendarDate, endOf, type Instant } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { kebab, text } from '../kernel/text.ts';
import { Caller } from './caller.ts';

/** The body of `POST /v1/callers`: an application, in force once another person has approved it. */
export const CallerApplication = z.strictObject({
  /** The client id of the caller's tokens. */
  id: z.string().check(z.regex(/^[\w.@:-]{1,128}$/)),
  name: text(200),
  organisation: text(200),
  scenes: z.array(kebab).check(z.minLength(1)),
  quota: Caller.shape.quota,
  validUntil: Caller.shape.validUntil,
});

const renewal = { validUntil: z.optional(CalendarDate), scenes: z.optional(z.array(kebab).check(z.minLength(1))) };

/** The body of `POST /v1/callers/{id}/renewal`, a last day, other scenes or both: in force once another person has approved it. 续期 */
export const CallerRenewal = z.strictObject(renewal).check(
  z.refine(({ validUntil, scenes }) => validUntil !== undefined || scenes !== undefined, {
    error: 'missing',
    path: ['validUntil'],
  }),
);
type CallerRenewal = z.infer<typeof CallerRenewal>;

/** The parameters of `GET /v1/callers`. */
export const CallerParameters = z.strictObject({
  /** Only those whose last day has come by this one or has passed, the soonest first. */
  endsBy: z.optional(CalendarDate),
});

/** Those whose permission has ended by the end of a day, unless it is renewed; the soonest first. */
export const endingBy = (callers: readonly RegisteredCaller[], day: CalendarDate): RegisteredCaller[] =>
  callers
    .filter(({ validUntil }) => validUntil !== undefined && validUntil <= day)
    .toSorted(({ validUntil: one = '' }, { validUntil: other = '' }) => (one < other ? -1 : one > other ? 1 : 0));

/** The body of `PATCH /v1/callers/{id}`; its scenes are some of those that were approved. */
export const CallerChange = z.strictObject({
  state: z.optional(z.enum(['active', 'suspended'])),
  name: z.optional(text(200)),
  scenes: z.optional(z.array(kebab).check(z.minLength(1))),
  quota: z.optional(Caller.shape.quota),
});

/** A caller on file, with who applied for it and who approved. */
export const RegisteredCaller = z.extend(Caller, {
  appliedBy: z.string(),
  /** The person of the applicant's token, where it names one. */
  appliedByPerson: z.optional(z.string()),
  approvedBy: z.optional(z.string()),
  /** The scenes that were approved, where it may check in fewer for now. */
  approvedScenes: z.optional(z.array(kebab)),
  /** Applied for, and not in force yet. */
  renewal: z.optional(z.strictObject({ ...renewal, appliedBy: z.string(), appliedByPerson: z.optional(z.string()) })),
});
export type RegisteredCaller = z.infer<typeof RegisteredCaller>;

/** What happened to a caller's registration. */
export const CallerEvent = z.strictObject({
  at: z.iso.datetime(),
  kind: z.enum(['applied', 'approved', 'changed', 'renewal-applied', 'renewal-approved']),
  by: z.strictObject({ actor: z.string(), person: z.optional(z.string()) }),
  /** The caller as it was from then on. */
  caller: RegisteredCaller,
});
export type CallerEvent = z.infer<typeof CallerEvent>;

/** Who applies or approves: the verified token's subject, and its person. */
interface By {
  readonly sub: string;
  readonly person?: string | undefined;
}

/** Who applied, as it is kept. */
export const appliedBy = ({ sub, person }: By) => ({
  appliedBy: sub,
  ...(person !== undefined && { appliedByPerson: person }),
});

/**
 * The caller once it, or its renewal, is approved; nobody approves their own application, with whatever token.
 * @throws Problem `conflict`, `forbidden`
 */
export function approve(caller: RegisteredCaller, approver: By): RegisteredCaller {
  const { renewal, ...registered } = caller;
  if (renewal) {
    assertAnother(renewal, approver);
    const { validUntil, scenes } = renewal;
    const { approvedScenes: _, ...unscoped } = registered;
    return {
      ...(scenes ? { ...unscoped, scenes } : registered),
      ...(validUntil !== undefined && { validUntil }),
      approvedBy: approver.sub,
    };
  }
  if (caller.state !== 'pending') throw wrongState(caller, 'pending');
  assertAnother(caller, approver);
  return { ...caller, state: 'active', approvedBy: approver.sub };
}

/**
 * The caller with a renewal to be approved; a later application takes the place of an earlier one.
 * @throws Problem `conflict`
 */
export function renew(caller: RegisteredCaller, applied: CallerRenewal, applicant: By, now: Instant): RegisteredCaller {
  if (caller.state === 'pending') throw wrongState(caller, 'active, suspended');
  if (applied.validUntil !== undefined && now >= endOf(applied.validUntil))
    throw new Problem('conflict', { zh: '续期的末日已过', en: 'The last day of the renewal has passed already.' });
  return { ...caller, renewal: { ...applied, ...appliedBy(applicant) } };
}

function assertAnother(
  { appliedBy: applicant, appliedByPerson }: Pick<RegisteredCaller, 'appliedBy' | 'appliedByPerson'>,
  { sub, person }: By,
): void {
  if (applicant === sub || (person !== undefined && appliedByPerson === person))
    throw new Problem('forbidden', { zh: '申请人不能批准自己的申请', en: 'Nobody approves their own application.' });
}

/**
 * The caller once it is changed. A pending one is approved, not changed into force; nor does one person alone give
 * scenes that nobody has approved.
 * @throws Problem `conflict`
 */
export function change(caller: RegisteredCaller, wanted: z.infer<typeof CallerChange>): RegisteredCaller {
  if (caller.state === 'pending') throw wrongState(caller, 'active, suspended');
  const approved = caller.approvedScenes ?? caller.scenes;
  const further = (wanted.scenes ?? []).filter((scene) => !approved.includes(scene));
  if (further.length > 0)
    throw new Problem('conflict', {
      zh: `已批准的场景为 ${approved.join('、')}；增加 ${further.join('、')} 须经 POST /v1/callers/{id}/renewal 申请并由他人批准`,
      en: `Approved are ${approved.join(', ')}; ${further.join(', ')}: apply with POST /v1/callers/{id}/renewal, for another person to approve.`,
    });
  return RegisteredCaller.parse({ ...caller, ...wanted, ...(wanted.scenes && { approvedScenes: approved }) });
}

const wrongState = ({ state }: RegisteredCaller, allowed: string): Problem =>
  new Problem('conflict', {
    zh: `该调用单位当前状态为 ${state}，此操作要求 ${allowed}`,
    en: `The caller is ${state}; this needs ${allowed}.`,
  });
