import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListKeeping, ListRule } from '../catalogue/list-rule.ts';
import { Grade } from '../catalogue/vocabulary.ts';
import { CalendarDate, dateOf, type Instant, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { kebab, statedText } from '../kernel/text.ts';
import { type Deadline, nextCaseId, type ObjectionCase } from './case.ts';
import { ObjectionOutcome, type StandingEvent } from './event.ts';
import { isHeavier } from './heaviness.ts';
import { lowering } from './lowering.ts';
import type { Seen, Step } from './move.ts';
import { Evidence } from './proposal.ts';
import { measureFaults, missingMeasures } from './proposed-measures.ts';
import { assertAnother, type Signer, signatureOf } from './signer.ts';
import { type Listing, mayBeFoundWrong } from './standing.ts';
import type { WorkingDays } from './working-days.ts';

/** What an objection can rest on. By code, so that the same ground in other words is still the same. */
const Ground = z.enum([
  'wrong-subject',
  'wrong-facts',
  'document-void',
  'no-legal-basis',
  'wrong-grade',
  'wrong-measure',
  'wrong-term',
  'performed',
  'procedure',
]);

/** The body of `POST /v1/listings/<id>/objections`: by the subject, by who gave the data, or on own discovery (S17(25)). */
export const ObjectionRequest = z.strictObject({
  by: z.enum(['subject', 'provider', 'own-discovery']),
  ground: Ground,
  statement: statedText(2_000),
  evidence: z._default(z.array(Evidence).check(z.maxLength(20)), []),
});

/** The body of `POST /v1/objections/<id>/acceptance`. */
export const AcceptanceRequest = z.strictObject({ accepted: z.boolean(), ground: z.optional(statedText(1_000)) });
export type AcceptanceRequest = z.infer<typeof AcceptanceRequest>;

/** What a listing that was wrong in part is corrected to: lighter or shorter, never heavier. */
const Correction = z
  .strictObject({
    document: z.optional(z.strictObject({ number: statedText(200), type: kebab, issuedOn: CalendarDate })),
    grade: z.optional(Grade),
    measures: z.optional(z.array(kebab)),
    until: z.optional(CalendarDate),
  })
  .check(z.refine((correction) => Object.values(correction).some((each) => each !== undefined)));

/** The body of `POST /v1/objections/<id>/resolution`. */
export const ResolutionRequest = z.strictObject({
  outcome: ObjectionOutcome,
  ground: statedText(1_000),
  /** With the outcome `corrected`. */
  correction: z.optional(Correction),
});

export interface Answering {
  readonly terms: ListKeeping['terms'];
  readonly workingDays: WorkingDays;
  readonly signer: Signer;
  /** The authority that owes the answer. */
  readonly owner: string;
  /** Of the list, where the catalogue has one. */
  readonly rule?: ListRule | undefined;
  /** Of the domain's ordinary list, to which a black listing is lowered. */
  readonly lowerRule?: ListRule | undefined;
  readonly now: Instant;
}

export function fileObjection(
  { file, listing }: Seen,
  { by: who, ground, statement, evidence }: z.infer<typeof ObjectionRequest>,
  answering: Answering,
): Step {
  const { signer, now, terms } = answering;
  const by = signatureOf(signer);
  const id = nextCaseId(listing.id, 'objection', file.cases);
  const filed: ObjectionCase = {
    kind: 'objection',
    id,
    listingId: listing.id,
    by: who,
    ground,
    statement,
    evidence,
    state: 'filed',
    filed: { at: toIso(now), by },
    deadline: deadline('objection-acceptance', terms.objectionAcceptance, answering),
  };
  return { events: [{ type: 'objected', listingId: listing.id, objectionId: id, ground }], cases: [filed], by };
}

/**
 * From its acceptance the measures rest (D6); before a decision there are none, and the decision rests. A listing that has
 * ended meanwhile is answered for as well: whether it was wrong is still owed to whom it hit.
 */
export function acceptObjection(
  { listing }: Seen,
  objection: ObjectionCase,
  { accepted, ground }: AcceptanceRequest,
  answering: Answering,
): Step {
  assertState(objection, 'filed');
  const { signer, now, terms } = answering;
  const { id: objectionId, listingId } = objection;
  const by = signatureOf(signer, ground?.slice(0, 500));
  const acceptance = { at: toIso(now), by, ...(ground !== undefined && { ground }) };
  const { deadline: _, ...rest } = objection;
  if (!accepted) {
    if (ground === undefined) throw groundRequired();
    return {
      events: [{ type: 'objection-closed', listingId, objectionId, outcome: 'refused' }],
      cases: [{ ...rest, state: 'refused', acceptance }],
      by,
    };
  }
  const events: StandingEvent[] = [{ type: 'objection-accepted', listingId, objectionId }];
  const rests = restsByOwn(listing);
  if (listing.state === 'active' && !rests) events.push({ type: 'suspended', listingId, cause: 'objection' });
  const reply = deadline('objection-reply', terms.objectionReply, answering);
  return { events, cases: [{ ...rest, state: 'accepted', acceptance, deadline: reply }], by };
}

export function resolveObjection(
  { listing }: Seen,
  objection: ObjectionCase,
  { outcome, ground, correction }: z.infer<typeof ResolutionRequest>,
  catalogue: Catalogue,
  answering: Answering,
): Step {
  const { signer, now, owner } = answering;
  if (outcome !== 'withdrawn') assertState(objection, 'accepted');
  else if (objection.state !== 'filed') assertState(objection, 'accepted');
  // What an authority found by itself, another person finds right.
  if (objection.by === 'own-discovery' && (outcome === 'upheld' || outcome === 'corrected'))
    assertAnother(signer, objection.filed.by);
  const { id: objectionId, listingId } = objection;
  const by = signatureOf(signer, ground.slice(0, 500));
  const events: StandingEvent[] = [{ type: 'objection-closed', listingId, objectionId, outcome }];
  if (outcome === 'upheld') {
    if (listing.state !== 'ended') events.push({ type: 'ended', listingId, reason: 'objection-upheld' });
    else if (mayBeFoundWrong(listing)) events.push({ type: 'found-wrong', listingId });
  }
  if ((outcome === 'corrected') !== (correction !== undefined))
    throw invalid([
      fault(
        '/correction',
        'correction-required',
        '更正须载明更正内容',
        'stands with the outcome corrected, and only there',
      ),
    ]);
  if (correction) {
    const faults = correctionFaults(listing, correction, catalogue, answering);
    if (faults.length > 0) throw invalid(faults);
    events.push(...corrections(listing, correction, catalogue, answering));
  }
  const others = (listing.objections ?? []).some(({ id, accepted }) => id !== objectionId && accepted);
  const rests = restsByOwn(listing);
  if (outcome !== 'upheld' && rests && !others) events.push({ type: 'resumed', listingId, cause: 'objection' });
  // Not once more what was found wrong before.
  const foundWrong =
    outcome === 'corrected' || (outcome === 'upheld' && (listing.state !== 'ended' || mayBeFoundWrong(listing)));
  const { deadline: _, ...rest } = objection;
  return {
    events,
    cases: [
      {
        ...rest,
        state: 'resolved',
        outcome,
        resolution: { at: toIso(now), by, ground },
        ...(foundWrong && { wrongOf: owner }),
      },
    ],
    by,
  };
}

/** Of a linked person: for an objection of its own, and not because the main listing rests. */
const restsByOwn = ({ suspensions = [] }: Listing): boolean =>
  suspensions.some(({ cause, linked }) => cause === 'objection' && !linked);

/** What was never serious was wrong as a black listing, and is an ordinary one (D4). */
const leavesTheBlackList = ({ list }: Listing, { grade }: z.infer<typeof Correction>): boolean =>
  list === 'black' && grade !== undefined && grade !== 'serious';

function corrections(
  listing: Listing,
  correction: z.infer<typeof Correction>,
  catalogue: Catalogue,
  { lowerRule, now }: Answering,
): StandingEvent[] {
  const { id: listingId } = listing;
  const { document, grade, measures, until } = correction;
  if (grade === undefined || !leavesTheBlackList(listing, correction))
    return [
      {
        type: 'corrected',
        listingId,
        ...(document && { document }),
        ...(grade && { grade }),
        ...(measures && { measures }),
        ...(until && { until }),
      },
    ];
  const otherwise = {
    ...listing,
    ...(document && { document }),
    ...(measures && { measures }),
    ...(until && { until }),
  };
  return [
    ...(document ? [{ type: 'corrected', listingId, document } as const] : []),
    { ...lowering(otherwise, grade, lowerRule, catalogue, now), wrong: true },
  ];
}

function correctionFaults(
  listing: Listing,
  correction: z.infer<typeof Correction>,
  catalogue: Catalogue,
  { rule, lowerRule, now }: Answering,
): Fault[] {
  const { document, grade, measures, until } = correction;
  const faults: Fault[] = [];
  const documentTypes = rule?.documentTypes ?? [];
  const heavier = (pointer: string) =>
    faults.push(fault(pointer, 'heavier', '更正不得加重', 'a correction makes nothing heavier'));
  // A later date would count as a later start: of the term, and of the time for repair.
  if (document && document.issuedOn > listing.document.issuedOn) heavier('/correction/document/issuedOn');
  if (document && document.type !== listing.document.type && !documentTypes.includes(document.type))
    faults.push(
      fault(
        '/correction/document/type',
        'document-not-allowed',
        `该名单可依据的文书：${documentTypes.join('、')}`,
        `this list rests on ${documentTypes.join(', ')}`,
      ),
    );
  if (grade && isHeavier(grade, listing.grade)) heavier('/correction/grade');
  if (until && listing.until !== null && until > listing.until) heavier('/correction/until');
  if (until && until < listing.from)
    faults.push(fault('/correction/until', 'ends-before-start', '终止早于开始', 'ends before it starts'));
  if (measures?.some((code) => !listing.measures.includes(code))) heavier('/correction/measures');
  if (leavesTheBlackList(listing, correction)) {
    const domain = catalogue.domains.find(({ code }) => code === listing.domain);
    const grades =
      lowerRule?.grades ?? (listing.state === 'active' && domain?.lists.includes('ordinary') ? [grade] : []);
    return grades.includes(grade) ? faults : [...faults, notOfTheList(grades)];
  }
  if (grade && rule && !rule.grades.includes(grade)) faults.push(notOfTheList(rule.grades));
  const wanted = { list: listing.list, domain: listing.domain, grade: grade ?? listing.grade };
  const asked = measureFaults({ ...wanted, measures: measures ?? listing.measures }, catalogue, now);
  // Without any it would have no consequence, though it was not taken back: what leaves none was wrong in whole.
  const missing = measures ? missingMeasures({ ...wanted, measures }, catalogue, now) : [];
  return [...faults, ...[...asked, ...missing].map((each) => ({ ...each, pointer: `/correction${each.pointer}` }))];
}

/** A listing under a grade that no rule knows would be of no list; what cannot be put right in part was wrong in whole. */
const notOfTheList = (grades: readonly (Grade | undefined)[]): Fault =>
  fault(
    '/correction/grade',
    'unknown-value',
    `该名单的等级：${grades.join('、') || '无'}；更正不能及的，异议成立`,
    `the list has the grades: ${grades.join(', ') || 'none'}; what cannot be corrected to one is upheld`,
  );

/** By when the owner owes the next step. */
export function deadline(
  kind: Deadline['kind'],
  days: number,
  { workingDays, owner, now }: Pick<Answering, 'workingDays' | 'owner' | 'now'>,
): Deadline {
  const { day: due, provisional } = workingDays(dateOf(now), days);
  return { kind, owner, due, provisional };
}

function assertState(objection: ObjectionCase, state: ObjectionCase['state']): void {
  if (objection.state === state) return;
  throw new Problem('conflict', {
    zh: `该异议的状态为 ${objection.state}，须为 ${state}`,
    en: `The objection is ${objection.state}; this takes one that is ${state}.`,
  });
}

const fault = (pointer: string, code: string, zh: string, en: string): Fault => ({
  pointer,
  code,
  message: { zh, en },
});

const invalid = (errors: readonly Fault[]): Problem =>
  new Problem(
    'invalid-request',
    { zh: '请求内容有误，见 errors', en: 'The request has faults: see errors.' },
    { errors },
  );

export const groundRequired = (): Problem =>
  invalid([fault('/ground', 'missing', '不予受理须说明理由', 'says why it is not accepted')]);
