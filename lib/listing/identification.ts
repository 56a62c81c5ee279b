import * as z from 'zod/mini';
import { toIso } from '../kernel/clock.ts';
import { Problem } from '../kernel/problem.ts';
import { statedText, text } from '../kernel/text.ts';
import { isNameKey } from '../subject/key.ts';
import { organisationAt } from './alias.ts';
import { type Identification, nextCaseId } from './case.ts';
import type { Seen, Step } from './move.ts';
import { type Answering, deadline } from './objection.ts';
import { assertAnother, signatureOf } from './signer.ts';
import { identifiedAs, rowOf } from './standing.ts';

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
  { file, listing }: Seen,
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
    deadline: deadline('identification-signature', terms.objectionReply, answering),
  };
  const moved = { type: 'case-moved', listingId: listing.id, caseId: proposed.id, state: 'proposed' } as const;
  return { events: [moved], cases: [proposed], by };
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
    const moved = { type: 'case-moved', listingId: listing.id, caseId: open.id, state: 'declined' } as const;
    return { events: [moved], cases: [{ ...rest, state: 'declined', signed: { at: toIso(now), by, ground } }], by };
  }
  const by = signatureOf(signer, open.proposed.ground?.slice(0, 500));
  const { subject, code, same } = open;
  const taken = identifiedAs(standing, listing.id).some((each) => each.subject === subject && each.same);
  return {
    events: [{ type: 'identified', listingId: rowOf(listing.id), subject, same }],
    cases: [{ ...rest, state: 'signed', signed: { at: toIso(now), by }, ...(taken && !same && { wrongOf: owner }) }],
    by,
    // A check that gives no name finds it too.
    ...(same && {
      beside: { key: subject, subject: { scheme: 'uscc', code }, event: { type: 'named', name: file.subject } },
    }),
  };
}

const openIn = (cases: Seen['file']['cases']): Identification | undefined =>
  cases.find((each): each is Identification => each.kind === 'identification' && each.state === 'proposed');

const missing = (pointer: string): Problem => {
  const message = { zh: '该项必填', en: 'is required' };
  return new Problem('invalid-request', message, { errors: [{ pointer, code: 'missing', message }] });
};
