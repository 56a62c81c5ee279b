import * as z from 'zod/mini';
import { dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { statedText } from '../kernel/text.ts';
import { type Mark, nextCaseId } from './case.ts';
import type { StandingEvent } from './event.ts';
import type { Seen, Step } from './move.ts';
import { phaseOf } from './phase.ts';
import { assertAnother, type Signer, signatureOf } from './signer.ts';
import type { Listing } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/**
 * The body of `POST /v1/listings/<id>/{proceedings,reorganisation}`: a steward proposes whether it is pending, and by which
 * paper; another person signs with an empty body.
 */
export const MarkRequest = z.strictObject({
  pending: z.optional(z.boolean()),
  reference: z.optional(statedText(300)),
  /** Of the person who signs: whether they do; they do when it is absent. */
  decision: z.optional(z.enum(['sign', 'decline'])),
  ground: z.optional(statedText(1_000)),
});

/** As soon as a revocation: what a court has ordered is not left lying either. */
const SIGNATURE_WORKING_DAYS = 3;

export function proposeMark(
  { file, listing }: Seen,
  what: Mark['what'],
  { pending, reference, decision, ground }: z.infer<typeof MarkRequest>,
  workingDays: WorkingDays,
  signer: Signer,
  now: Instant,
): Step {
  const faults = [
    ...(pending === undefined ? [missing('/pending')] : []),
    ...(reference === undefined ? [missing('/reference')] : []),
    ...(decision === undefined ? [] : [notAllowed('/decision')]),
    ...(ground === undefined ? [] : [notAllowed('/ground')]),
  ];
  if (pending === undefined || reference === undefined || faults.length > 0) throw invalid(faults);
  if (openMark(file, what) || !isChange(listing, what, pending))
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${phaseOf(listing)}，已是所称情形或不能如此标注，或已有待签署的提议`,
      en: `The listing is ${phaseOf(listing)}: that is so already or cannot be, or such a proposal waits to be signed.`,
    });
  const by = signatureOf(signer, reference);
  const { day: due, provisional } = workingDays(dateOf(now), SIGNATURE_WORKING_DAYS);
  const proposed: Mark = {
    kind: 'mark',
    id: nextCaseId(listing.id, 'mark', file.cases),
    listingId: listing.id,
    what,
    pending,
    state: 'proposed',
    proposed: { at: toIso(now), by, ground: reference },
    deadline: { kind: `${what}-signature`, owner: file.entry?.keeper ?? signer.authority ?? '', due, provisional },
  };
  return { events: [step(proposed, listing)], cases: [proposed], by };
}

/** Proceedings (复议、诉讼) are shown and change nothing; a reorganisation lets the measures rest, from the signature on. */
export function signMark(
  { file, listing }: Seen,
  what: Mark['what'],
  { pending, reference, decision = 'sign', ground }: z.infer<typeof MarkRequest>,
  signer: Signer,
  now: Instant,
): Step {
  const faults = [
    ...(pending === undefined ? [] : [notAllowed('/pending')]),
    ...(reference === undefined ? [] : [notAllowed('/reference')]),
    ...(decision === 'decline' && ground === undefined ? [missing('/ground')] : []),
  ];
  if (faults.length > 0) throw invalid(faults);
  const open = openMark(file, what);
  if (open && listing.state === 'ended' && decision === 'sign')
    throw new Problem('conflict', {
      zh: '该名单记录已终止，待签署的提议只能不予签署（decision 为 decline）',
      en: 'The listing has ended: what waits can only be declined, with decision: decline.',
    });
  if (!open)
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${phaseOf(listing)}，没有待签署的提议`,
      en: `The listing is ${phaseOf(listing)}, and no such proposal waits to be signed.`,
    });
  assertAnother(signer, open.proposed.by);
  const { deadline: _, ...rest } = open;
  if (decision === 'decline') {
    const by = signatureOf(signer, ground?.slice(0, 500));
    const declined: Mark = { ...rest, state: 'declined', signed: { at: toIso(now), by, ...(ground && { ground }) } };
    return { events: [step(declined, listing)], cases: [declined], by };
  }
  const by = signatureOf(signer, open.proposed.ground);
  return {
    events: [effectOf(open)],
    cases: [{ ...rest, state: 'signed', signed: { at: toIso(now), by } }],
    by,
  };
}

export const effectOf = ({ listingId, what, pending }: Pick<Mark, 'listingId' | 'what' | 'pending'>): StandingEvent =>
  what === 'proceedings'
    ? { type: 'proceedings', listingId, pending }
    : { type: pending ? 'suspended' : 'resumed', listingId, cause: 'reorganisation' };

/** Nothing rests before it is in force. */
function isChange(listing: Listing, what: Mark['what'], pending: boolean): boolean {
  if (listing.state === 'ended') return false;
  if (what === 'proceedings') return (listing.proceedings === true) !== pending;
  const rests = (listing.suspensions ?? []).some(({ cause, linked }) => cause === 'reorganisation' && !linked);
  return listing.state === 'active' && rests !== pending;
}

const openMark = ({ cases }: Seen['file'], what: Mark['what']): Mark | undefined =>
  cases.find((each): each is Mark => each.kind === 'mark' && each.what === what && each.state === 'proposed');

/** What still waits when its listing ends is declined afterwards. */
const step = ({ listingId, id: caseId, state }: Mark, listing: Listing): StandingEvent => ({
  type: listing.state === 'ended' ? 'revisited' : 'case-moved',
  listingId,
  caseId,
  state,
});

const missing = (pointer: string): Fault => ({
  pointer,
  code: 'missing',
  message: { zh: '须载明', en: 'has to be said' },
});

const notAllowed = (pointer: string): Fault => ({
  pointer,
  code: 'not-allowed',
  message: { zh: '由另一方载明', en: 'is the other person’s to say' },
});

const invalid = (errors: readonly Fault[]): Problem =>
  new Problem(
    'invalid-request',
    { zh: '请求内容有误，见 errors', en: 'The request has faults: see errors.' },
    { errors },
  );
