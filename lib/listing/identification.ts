import * as z from 'zod/mini';
import { toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { statedText, text } from '../kernel/text.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { organisationAt } from './alias.ts';
import { type Identification, nextCaseId } from './case.ts';
import type { StandingEvent } from './event.ts';
import type { Seen, Step } from './move.ts';
import { type Answering, deadline } from './objection.ts';
import { assertAnother, signatureOf } from './signer.ts';
import { identifiedAs, type Listing, rowOf, type Standing } from './standing.ts';

/**
 * The body of `POST /v1/listings/<id>/identification`: a steward says of a listing under a name alone that it is the
 * subject with this code, or is not; another person signs with an empty body.
 */
export const IdentificationRequest = z.strictObject({
  code: z.optional(text(40)),
  same: z.optional(z.boolean()),
  ground: z.optional(statedText(1_000)),
  /** Of the person who signs: whether they do; they do when it is absent. */
  decision: z.optional(z.enum(['sign', 'decline'])),
});
type Request = z.infer<typeof IdentificationRequest>;

/** @throws Problem `conflict` where the listing says whose it is, or a proposal waits; `invalid-request`, `invalid-identifier` */
export function proposeIdentification(
  { file, listing, standing }: Seen,
  { code: given, same, ground }: Request,
  answering: Answering,
): Step {
  const { signer, now, terms } = answering;
  if (!isNameKey(file.subject))
    throw new Problem('conflict', {
      zh: '该名单记录已有代码，不须认定主体',
      en: 'The listing is under a code: there is nothing to identify.',
    });
  if (given === undefined) throw missing('/code');
  if (same === undefined) throw missing('/same');
  if (ground === undefined) throw missing('/ground');
  if (openIn(file.cases))
    throw new Problem('conflict', {
      zh: '已有待签署的主体认定',
      en: 'An identification of this listing waits to be signed already.',
    });
  const { key, code } = organisationAt(given, '/code');
  const takesBack = !same && isTakenFor(standing, listing, key);
  if (listing.state === 'ended') assertTakesBack(takesBack, file);
  const by = signatureOf(signer, ground.slice(0, 500));
  const proposed: Identification = {
    kind: 'identification',
    id: nextCaseId(listing.id, 'identification', file.cases),
    listingId: listing.id,
    subject: key,
    code,
    same,
    state: 'proposed',
    proposed: { at: toIso(now), by, ground },
    // Whoever is held up under the name waits for it as for the answer to an objection.
    deadline: deadline(
      takesBack ? 'mistaken-subject-signature' : 'identification-signature',
      terms.objectionReply,
      answering,
    ),
  };
  return { events: [stepOn(listing, proposed.id, 'proposed')], cases: [proposed], by };
}

/**
 * Of a listing that has ended it can only come out that it never was the subject's: who was refused by it is owed a remedy.
 * @throws Problem `conflict`
 */
function assertTakesBack(takesBack: boolean, { papersDeleted }: Seen['file']): void {
  if (!takesBack)
    throw new Problem('conflict', {
      zh: '该名单记录已终止，只能撤回原先错误的主体认定（same 为 false）',
      en: 'The listing has ended: only an identification that was mistaken can be taken back, with same: false.',
    });
  if (papersDeleted)
    throw new Problem('conflict', {
      zh: '该名单记录早已终止，其材料和据以作出的核查均已依规删除，不能再处理',
      en: 'The listing ended so long ago that its papers are deleted: nothing can be said of it any more.',
    });
}

/** @throws Problem `forbidden` for the person who proposed it, `conflict` where none waits */
export function signIdentification(
  { file, listing, standing }: Seen,
  { decision = 'sign', ground }: Request,
  { signer, owner, now }: Pick<Answering, 'signer' | 'owner' | 'now'>,
): Step {
  const open = openIn(file.cases);
  if (!open)
    throw new Problem('conflict', {
      zh: '没有待签署的主体认定',
      en: 'No identification of this listing waits to be signed.',
    });
  assertAnother(signer, open.proposed.by);
  const { deadline: _, ...rest } = open;
  if (decision === 'decline') {
    if (ground === undefined) throw missing('/ground');
    const by = signatureOf(signer, ground.slice(0, 500));
    const declined: Identification = { ...rest, state: 'declined', signed: { at: toIso(now), by, ground } };
    return { events: [stepOn(listing, open.id, 'declined')], cases: [declined], by };
  }
  const by = signatureOf(signer, open.proposed.ground?.slice(0, 500));
  const { subject, code, same } = open;
  const taken = isTakenFor(standing, listing, subject);
  return {
    events: [{ type: 'identified', listingId: rowOf(listing.id), subject, same }],
    cases: [{ ...rest, state: 'signed', signed: { at: toIso(now), by }, ...(taken && !same && { wrongOf: owner }) }],
    by,
    // A check that gives no name finds it too, as long as it is the subject's.
    ...((same || (taken && !isTakenForAnother(standing, listing, subject))) && {
      beside: {
        key: subject,
        subject: { scheme: 'uscc', code },
        event: { type: 'named', name: file.subject, ...(!same && { withdrawn: true }) },
      },
    }),
  };
}

/** Whether it was found to be this subject's, and so far nothing else. */
const isTakenFor = (standing: Standing, { id }: Listing, subject: SubjectKey): boolean =>
  identifiedAs(standing, id).some((each) => each.subject === subject && each.same);

/** Whether another listing of that name stays the subject's. */
const isTakenForAnother = ({ identified = [] }: Standing, { id }: Listing, subject: SubjectKey): boolean =>
  identified.some((each) => each.subject === subject && each.same && each.listingId !== rowOf(id));

const stepOn = (
  { id: listingId, state: phase }: Listing,
  caseId: string,
  state: Identification['state'],
): StandingEvent => ({ type: phase === 'ended' ? 'revisited' : 'case-moved', listingId, caseId, state });

const openIn = (cases: Seen['file']['cases']): Identification | undefined =>
  cases.find((each): each is Identification => each.kind === 'identification' && each.state === 'proposed');

const missing = (pointer: string): Problem => {
  const message = { zh: '该项必填', en: 'is required' };
  return new Problem('invalid-request', message, { errors: [{ pointer, code: 'missing', message }] });
};
