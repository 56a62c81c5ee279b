import * as z from 'zod/mini';
import { toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { statedText, text } from '../kernel/text.ts';
import { isNameKey, type SubjectKey } from '../subject/key.ts';
import { anyOrganisationAt } from './alias.ts';
import { type Identification, nextCaseId } from './case.ts';
import type { StandingEvent } from './event.ts';
import type { Seen, Step } from './move.ts';
import { type Answering, deadline } from './objection.ts';
import { assertAnother, signatureOf } from './signer.ts';
import { identifiedAs, type Listing, rowOf, type Standing } from './standing.ts';

/**
 * Forty listings at once: each makes an event and a case, and with the two standings and what is said of the firm's that
 * leaves room in a transaction for sixteen standings that are tied to the firm.
 */
const MAX_ALSO = 39;
const ORG_CODE_LENGTH = 9;

/**
 * The body of `POST /v1/listings/<id>/identification`: a steward says of a listing under a name alone that it is the
 * subject with this code, or is not; another person signs with an empty body.
 */
export const IdentificationRequest = z.strictObject({
  /** A unified social credit code, or an organisation code of nine characters. */
  code: z.optional(text(40)),
  same: z.optional(z.boolean()),
  ground: z.optional(statedText(1_000)),
  /** Further listings under the same name of which the same is said, and is signed at once. */
  also: z.optional(z.array(text(200)).check(z.maxLength(MAX_ALSO))),
  /** Of the person who signs: whether they do; they do when it is absent. */
  decision: z.optional(z.enum(['sign', 'decline'])),
});
type Request = z.infer<typeof IdentificationRequest>;

/** A listing under a name, and who owes an answer on it. */
export interface Meant {
  readonly seen: Seen;
  readonly answering: Answering;
}

/**
 * What is said of one listing, or of several under one name: each has a case of its own, so that what was mistaken of one
 * is taken back for it alone.
 * @throws Problem `conflict` where a listing says whose it is, or a proposal waits; `invalid-request`, `invalid-identifier`
 */
export function proposeIdentification(
  [main, ...others]: readonly [Meant, ...Meant[]],
  { code: given, same, ground, also = [] }: Request,
): Step {
  const { signer, now } = main.answering;
  if (!isNameKey(main.seen.file.subject))
    throw new Problem('conflict', {
      zh: '该名单记录已有代码，不须认定主体',
      en: 'The listing is under a code: there is nothing to identify.',
    });
  if (given === undefined) throw missing('/code');
  if (same === undefined) throw missing('/same');
  if (ground === undefined) throw missing('/ground');
  assertOthers(main, others, also);
  const all = [main, ...others];
  const waiting = all.filter(({ seen }) => openIn(seen.file.cases));
  if (waiting.length > 0)
    throw new Problem('conflict', {
      zh: `已有待签署的主体认定：${idsOf(waiting).join('、')}`,
      en: `An identification waits to be signed already, of ${idsOf(waiting).join(', ')}.`,
    });
  const { key, code } = anyOrganisationAt(given, '/code');
  const by = signatureOf(signer, ground.slice(0, 500));
  const cases = all.map(({ seen: { file, listing, standing }, answering }): Identification => {
    const takesBack = !same && isTakenFor(standing, listing, key);
    if (listing.state === 'ended') assertTakesBack(takesBack, file);
    return {
      kind: 'identification',
      id: nextCaseId(listing.id, 'identification', file.cases),
      listingId: listing.id,
      subject: key,
      code,
      same,
      ...(others.length > 0 && { also: idsOf(all).filter((id) => id !== listing.id) }),
      state: 'proposed',
      proposed: { at: toIso(now), by, ground },
      // Whoever is held up under the name waits for it as for the answer to an objection.
      deadline: deadline(
        takesBack ? 'mistaken-subject-signature' : 'identification-signature',
        answering.terms.objectionReply,
        answering,
      ),
    };
  });
  return { events: stepsOn(all, cases), cases, beyond: others.map(({ seen }) => seen.file), by };
}

/**
 * Of a listing that has ended it can only come out that it never was the subject's: who was refused by it is owed a remedy.
 * @throws Problem `conflict`
 */
function assertTakesBack(takesBack: boolean, { listingId, papersDeleted }: Seen['file']): void {
  if (!takesBack)
    throw new Problem('conflict', {
      zh: `该名单记录（${listingId}）已终止，只能撤回原先错误的主体认定（same 为 false）`,
      en: `The listing ${listingId} has ended: only an identification that was mistaken can be taken back, with same: false.`,
    });
  if (papersDeleted)
    throw new Problem('conflict', {
      zh: `该名单记录（${listingId}）早已终止，其材料和据以作出的核查均已依规删除，不能再处理`,
      en: `The listing ${listingId} ended so long ago that its papers are deleted: nothing can be said of it any more.`,
    });
}

/** @throws Problem `invalid-request` where one is named twice, or is not under the same name */
function assertOthers(main: Meant, others: readonly Meant[], also: readonly string[]): void {
  const found = new Set(idsOf(others));
  const errors = also.flatMap((id, index): Fault[] => {
    const pointer = `/also/${index}`;
    if (id === main.seen.listing.id || also.indexOf(id) !== index)
      return [{ pointer, code: 'listing-twice', message: { zh: '该名单记录已列出', en: 'stands here already' } }];
    if (found.has(id)) return [];
    const message = { zh: '不是同一名称下的名单记录', en: 'is no listing under the same name' };
    return [{ pointer, code: 'another-name', message }];
  });
  if (errors.length > 0) throw new Problem('invalid-request', { zh: '见 errors', en: 'See errors.' }, { errors });
}

/** The listings of which it was proposed at once, the one that is signed first. */
export const proposedTogether = ({ file }: Seen): readonly string[] => openIn(file.cases)?.also ?? [];

/**
 * Signs what was proposed of a listing and, at once, of others; one of these that has ended since is left out.
 * @throws Problem `forbidden` for the person who proposed it, `conflict` where none waits
 */
export function signIdentification(
  [main, ...others]: readonly [Meant, ...Meant[]],
  { decision = 'sign', ground }: Request,
): Step {
  const { signer, now } = main.answering;
  const open = openIn(main.seen.file.cases);
  if (!open)
    throw new Problem('conflict', {
      zh: '没有待签署的主体认定',
      en: 'No identification of this listing waits to be signed.',
    });
  assertAnother(signer, open.proposed.by);
  const { subject, code, same } = open;
  const waiting = [main, ...others].flatMap((meant) => {
    const own = openIn(meant.seen.file.cases);
    const { standing, listing } = meant.seen;
    const isTaken = isTakenFor(standing, listing, subject);
    return own && isOf(open, own) ? [{ ...meant, own, isTaken }] : [];
  });
  const beyond = others.map(({ seen }) => seen.file);
  if (decision === 'decline') {
    if (ground === undefined) throw missing('/ground');
    const by = signatureOf(signer, ground.slice(0, 500));
    const cases = waiting.map(({ own: { deadline: _, ...rest } }): Identification => {
      return { ...rest, state: 'declined', signed: { at: toIso(now), by, ground } };
    });
    return { events: stepsOn(waiting, cases), cases, beyond, by };
  }
  const by = signatureOf(signer, open.proposed.ground?.slice(0, 500));
  const signed = waiting.filter(
    ({ seen: { listing }, isTaken }) =>
      listing === main.seen.listing || listing.state !== 'ended' || (isTaken && !same),
  );
  const rows = new Set(signed.map(({ seen }) => rowOf(seen.listing.id)));
  const wasTaken = signed.some(({ isTaken }) => isTaken);
  return {
    events: [...rows].map((listingId) => ({ type: 'identified', listingId, subject, same })),
    cases: signed.map(({ own: { deadline: _, ...rest }, answering: { owner }, isTaken }) => ({
      ...rest,
      state: 'signed',
      signed: { at: toIso(now), by },
      ...(isTaken && !same && { wrongOf: owner }),
    })),
    beyond,
    by,
    // A check that gives no name finds it too, as long as it is the subject's.
    ...((same || (wasTaken && !isTakenBeside(main.seen.standing, rows, subject))) && {
      beside: {
        key: subject,
        subject: code.length === ORG_CODE_LENGTH ? { scheme: 'org-code' } : { scheme: 'uscc', code },
        event: { type: 'named', name: main.seen.file.subject, ...(!same && { withdrawn: true }) },
      },
    }),
  };
}

/** Whether both were proposed in one request. */
const isOf = (open: Identification, own: Identification): boolean =>
  own === open || (own.proposed.at === open.proposed.at && own.also?.includes(open.listingId) === true);

/** Whether it was found to be this subject's, and so far nothing else. */
const isTakenFor = (standing: Standing, { id }: Listing, subject: SubjectKey): boolean =>
  identifiedAs(standing, id).some((each) => each.subject === subject && each.same);

/** Whether the listing of another row under that name stays the subject's. */
const isTakenBeside = ({ identified = [] }: Standing, rows: ReadonlySet<string>, subject: SubjectKey): boolean =>
  identified.some((each) => each.subject === subject && each.same && !rows.has(each.listingId));

const stepsOn = (all: readonly Meant[], cases: readonly Identification[]): StandingEvent[] =>
  cases.map(({ id: caseId, listingId, state }) => {
    const listing = all.find(({ seen }) => seen.listing.id === listingId)?.seen.listing;
    return { type: listing?.state === 'ended' ? 'revisited' : 'case-moved', listingId, caseId, state };
  });

const idsOf = (all: readonly Meant[]): string[] => all.map(({ seen }) => seen.listing.id);

const openIn = (cases: Seen['file']['cases']): Identification | undefined =>
  cases.find((each): each is Identification => each.kind === 'identification' && each.state === 'proposed');

const missing = (pointer: string): Problem => {
  const message = { zh: '该项必填', en: 'is required' };
  return new Problem('invalid-request', message, { errors: [{ pointer, code: 'missing', message }] });
};
