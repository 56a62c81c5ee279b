import * as z from 'zod/mini';
import { dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { statedText } from '../kernel/text.ts';
import { mayBeAnnulled, nextCaseId, type Revocation, RevokedFor, wrongFromTheStart } from './case.ts';
import type { StandingEvent } from './event.ts';
import type { Seen, Step } from './move.ts';
import { phaseOf } from './phase.ts';
import { assertAnother, type Signer, signatureOf } from './signer.ts';
import { type Listing, mayReturn } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/** The body of `POST /v1/listings/<id>/revocation`: a steward proposes, another person signs with an empty body. */
export const RevocationRequest = z.strictObject({
  reason: z.optional(z.enum(['revoked', 'withdrawn-by-subject'])),
  /** Why, by code, of a proposal with the reason `revoked`: whether the listing was wrong from the start follows from it. */
  revokedFor: z.optional(RevokedFor),
  ground: z.optional(statedText(1_000)),
  /** Of the person who signs: whether they do; they do when it is absent. */
  decision: z.optional(z.enum(['sign', 'decline'])),
});

/** 行政处罚法 48: a penalty that was revoked is withdrawn within three days, which by article 85 are working days. */
const REVOCATION_WORKING_DAYS = 3;

export function proposeRevocation(
  { file, listing }: Seen,
  { reason = 'revoked', revokedFor, ground }: z.infer<typeof RevocationRequest>,
  workingDays: WorkingDays,
  signer: Signer,
  now: Instant,
): Step {
  if (ground === undefined) throw invalid('/ground', 'missing', '须说明理由', 'says why');
  if (reason === 'withdrawn-by-subject' && listing.list !== 'red')
    throw invalid(
      '/reason',
      'not-allowed',
      '仅红名单可由主体申请删除',
      'only a red listing is withdrawn by its subject',
    );
  if ((reason === 'revoked') !== (revokedFor !== undefined)) throw needsItsCode(reason);
  if (listing.state === 'ended' && file.papersDeleted)
    throw new Problem('conflict', {
      zh: '该名单记录早已终止，其材料和据以作出的核查均已依规删除，不能再处理',
      en: 'The listing ended so long ago that its papers are deleted: nothing can be said of it any more.',
    });
  // What has ended is revoked only where it was wrong from the start: who was refused by it is owed a remedy. A red listing
  // that a black one ended is revoked for any reason: it is not to come back.
  // What is not in force yet has barred nobody: it is dropped, by a decision.
  const isOpen =
    listing.state === 'active' || mayReturn(listing) || (wrongFromTheStart(revokedFor) && mayBeAnnulled(listing, file));
  if (openRevocation(file.cases) || !isOpen)
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${listing.state}，或已有待签署的撤销`,
      en: `The listing is ${listing.state}, or its revocation waits to be signed already.`,
    });
  const by = signatureOf(signer, ground.slice(0, 500));
  const { day: due, provisional } = workingDays(dateOf(now), REVOCATION_WORKING_DAYS);
  const proposed: Revocation = {
    kind: 'revocation',
    id: nextCaseId(listing.id, 'revocation', file.cases),
    listingId: listing.id,
    reason,
    ...(revokedFor && { revokedFor }),
    state: 'proposed',
    proposed: { at: toIso(now), by, ground },
    deadline: { kind: 'revocation-signature', owner: file.entry?.keeper ?? signer.authority ?? '', due, provisional },
  };
  return { events: [stepOn(listing, proposed.id, 'proposed')], cases: [proposed], by };
}

export function signRevocation(
  { file, listing }: Seen,
  { decision = 'sign', ground, revokedFor }: z.infer<typeof RevocationRequest>,
  signer: Signer,
  now: Instant,
): Step {
  if (revokedFor !== undefined)
    throw invalid('/revokedFor', 'not-allowed', '由提出人载明', 'is the proposal’s to say: who signs, signs that');
  const open = openRevocation(file.cases);
  if (!open)
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${listing.state}，没有待签署的撤销`,
      en: `The listing is ${listing.state}, and no revocation waits to be signed.`,
    });
  assertAnother(signer, open.proposed.by);
  const { deadline: _, ...rest } = open;
  if (decision === 'decline') {
    if (ground === undefined) throw invalid('/ground', 'missing', '须说明理由', 'says why');
    const declined = signatureOf(signer, ground.slice(0, 500));
    return {
      events: [stepOn(listing, open.id, 'declined')],
      cases: [{ ...rest, state: 'declined', signed: { at: toIso(now), by: declined, ground } }],
      by: declined,
    };
  }
  assertNotUnderObjection(listing);
  const by = signatureOf(signer, open.proposed.ground?.slice(0, 500));
  const signed = { ...rest, state: 'signed', signed: { at: toIso(now), by } } as const;
  const events = [effectOf(listing, open)];
  if (!wrongFromTheStart(open.revokedFor)) return { events, cases: [signed], by };
  const wrongOf = open.deadline?.owner ?? open.proposed.by.authority ?? '';
  return { events, cases: [{ ...signed, wrongOf }], by };
}

/** What a signed revocation does: it ends the listing, or says of one that has ended what is left to be said of it. */
function effectOf(listing: Listing, { reason, revokedFor }: Revocation): StandingEvent {
  const { id: listingId } = listing;
  const wrong = wrongFromTheStart(revokedFor);
  if (listing.state !== 'ended') return { type: 'ended', listingId, reason, ...(wrong && { wrong }) };
  if (wrong) return { type: 'found-wrong', listingId };
  return mayReturn(listing) ? { type: 'lapsed', listingId, reason } : { type: 'ended', listingId, reason };
}

const stepOn = (
  { id: listingId, state: phase }: Listing,
  caseId: string,
  state: Revocation['state'],
): StandingEvent => ({
  type: phase === 'ended' ? 'revisited' : 'case-moved',
  listingId,
  caseId,
  state,
});

/**
 * Whether a listing was wrong is answered before it ends otherwise, once that was taken up: who was refused by it is owed a
 * remedy. What was only filed, or brought against a linked person's, is answered for what has ended.
 * @throws Problem `conflict`
 */
export function assertNotUnderObjection(listing: Listing): void {
  if (listing.state === 'ended' || !listing.objections?.some(({ accepted }) => accepted)) return;
  throw new Problem('conflict', {
    zh: `该名单记录的状态为 ${phaseOf(listing)}，有已受理的异议，须先处理异议；措施现已暂停`,
    en: `The listing is ${phaseOf(listing)} with an accepted objection, which is answered first; its measures rest meanwhile.`,
  });
}

const openRevocation = (cases: Seen['file']['cases']): Revocation | undefined =>
  cases.find((each): each is Revocation => each.kind === 'revocation' && each.state === 'proposed');

const needsItsCode = (reason: string): Problem =>
  reason === 'revoked'
    ? invalid(
        '/revokedFor',
        'missing',
        `须载明撤销缘由：${RevokedFor.options.join('、')}`,
        `says why it is revoked: one of ${RevokedFor.options.join(', ')}`,
      )
    : invalid('/revokedFor', 'not-allowed', '仅撤销须载明', 'is for the reason revoked only');

const invalid = (pointer: string, code: string, zh: string, en: string): Problem =>
  new Problem('invalid-request', { zh, en }, { errors: [{ pointer, code, message: { zh, en } }] });
