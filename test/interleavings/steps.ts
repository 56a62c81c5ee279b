import { addWorkingDays } from '../../lib/calendar/working-days.ts';
import type { Catalogue } from '../../lib/catalogue/catalogue.ts';
import { type ListKeeping, ruleOf } from '../../lib/catalogue/list-rule.ts';
import { CalendarDate, type Instant } from '../../lib/kernel/clock.ts';
import { Problem } from '../../lib/kernel/problem.ts';
import type { Case, ObjectionCase, RepairCase } from '../../lib/listing/case.ts';
import { activate } from '../../lib/listing/decision.ts';
import { effectOf } from '../../lib/listing/mark.ts';
import type { Seen, Step } from '../../lib/listing/move.ts';
import { acceptObjection, fileObjection, ObjectionRequest, resolveObjection } from '../../lib/listing/objection.ts';
import { acceptRepair, decideRepair, requestRepair } from '../../lib/listing/repair.ts';
import { proposeRevocation, signRevocation } from '../../lib/listing/revocation.ts';
import { type Signer, signatureOf } from '../../lib/listing/signer.ts';
import type { Listing } from '../../lib/listing/standing.ts';
import type { Activation, Deed, OnListing, Opening } from './history.ts';

/** A deed that is asked for: what it opens has no case yet, and what it links no listings. */
export type Wish =
  | Exclude<OnListing, Opening | Activation>
  | (Opening extends infer O ? (O extends Opening ? Omit<O, 'case'> : never) : never)
  | Omit<Activation, 'links'>;

/** What the steps of stewards and approvers are made with. */
export interface Desk {
  readonly catalogue: Catalogue;
  readonly keeping: ListKeeping;
  readonly newId: () => string;
}

const DOMAINS = ['research-misconduct', 'tax-a-grade'];
export const STEWARD: Signer = {
  actor: 'steward',
  person: 'one',
  authority: 'science',
  onlySigns: false,
  domains: DOMAINS,
};
export const APPROVER: Signer = { actor: 'approver', person: 'another', onlySigns: true, domains: DOMAINS };

/** A person of the authority, who may propose and sign; not both of the same. */
export const signerOf = (person: string): Signer => ({ ...STEWARD, actor: person, person });

const STATEMENT = '情况说明';
const GROUND = '理由';
const EVIDENCE = [{ name: '证明', sha256: '0'.repeat(64) }];
const METHODS = ['correction', 'commitment'].map((code) => ({ code, evidence: EVIDENCE }));
const workingDays = (start: CalendarDate, count: number) => addWorkingDays(start, count, new Map());

/** The product's own step for a wish, as the functions take it. */
export function stepOf(wish: Wish, seen: Seen, { catalogue, keeping, newId }: Desk, now: Instant): Step {
  const { listing } = seen;
  const rule = ruleOf(keeping, listing.domain, listing.list);
  const answering = (signer: Signer) => ({
    terms: keeping.terms,
    workingDays,
    signer,
    owner: 'science',
    rule,
    lowerRule: ruleOf(keeping, listing.domain, 'ordinary'),
    now,
  });
  const resolve = (resolution: Parameters<typeof resolveObjection>[2], id: string) =>
    resolveObjection(seen, objectionOf(seen, id), resolution, catalogue, answering(APPROVER));
  const decide = (decision: Parameters<typeof decideRepair>[2], id: string) => {
    const lower = ruleOf(keeping, listing.domain, 'ordinary');
    return decideRepair(seen, repairOf(seen, id), decision, rule, lower, catalogue, answering(APPROVER));
  };
  switch (wish.do) {
    case 'list':
      return activate(seen, { catalogue, keeping, signer: APPROVER, now, newId });
    case 'object': {
      const request = ObjectionRequest.parse({ by: 'subject', ground: wish.ground, statement: STATEMENT });
      return fileObjection(seen, request, answering(STEWARD));
    }
    case 'accept-objection':
      return acceptObjection(seen, objectionOf(seen, wish.case), { accepted: true }, answering(STEWARD));
    case 'refuse-objection': {
      const refusal = { accepted: false, ground: GROUND };
      return acceptObjection(seen, objectionOf(seen, wish.case), refusal, answering(STEWARD));
    }
    case 'uphold':
      return resolve({ outcome: 'upheld', ground: GROUND }, wish.case);
    case 'reject':
      return resolve({ outcome: 'rejected', ground: GROUND }, wish.case);
    case 'withdraw-objection':
      return resolve({ outcome: 'withdrawn', ground: GROUND }, wish.case);
    case 'correct': {
      const correction = { until: CalendarDate.parse(wish.until) };
      return resolve({ outcome: 'corrected', ground: GROUND, correction }, wish.case);
    }
    case 'lessen':
      return resolve({ outcome: 'corrected', ground: GROUND, correction: { grade: 'ordinary' } }, wish.case);
    case 'reorganise':
    case 'reorganised':
      return reorganisation(listing, wish.do === 'reorganise');
    case 'ask-repair':
      return requestRepair(seen, { methods: METHODS, statement: STATEMENT }, rule, answering(STEWARD));
    case 'accept-repair':
      return acceptRepair(repairOf(seen, wish.case), { accepted: true }, answering(STEWARD));
    case 'refuse-repair':
      return decide({ decision: 'refused', ground: GROUND }, wish.case);
    case 'repair':
      return decide({ decision: 'approved', leadsTo: 'ended', ground: GROUND }, wish.case);
    case 'lower':
      return decide({ decision: 'approved', leadsTo: 'ordinary', ground: GROUND }, wish.case);
    case 'propose-revocation':
      return proposeRevocation(
        seen,
        { revokedFor: wish.wrong ? 'annulled-by-court' : 'document-lapsed', ground: GROUND },
        workingDays,
        STEWARD,
        now,
      );
    case 'revoke':
      return signRevocation(seen, {}, APPROVER, now);
    case 'decline-revocation':
      return signRevocation(seen, { decision: 'decline', ground: GROUND }, APPROVER, now);
  }
}

/** The deed that a wish came to. */
export function deedOf(
  wish: Wish,
  { cases: [written] }: Pick<Step, 'cases'>,
  { links = [] }: Listing,
  who: WhoOf,
): Deed {
  switch (wish.do) {
    case 'list':
      return { ...wish, links: links.map(({ subject, listingId }) => ({ who: who(subject), id: listingId })) };
    case 'object':
    case 'ask-repair':
    case 'propose-revocation':
      return { ...wish, case: written?.id ?? '' };
    case 'revoke':
    case 'decline-revocation':
      // Signed is the one that waits, whichever that is by then.
      return { ...wish, case: written?.id ?? '' };
    default:
      return wish;
  }
}

type WhoOf = (subject: NonNullable<Listing['links']>[number]['subject']) => string;

/** Proceedings of reorganisation let the measures rest. */
const reorganisation = ({ id: listingId }: Listing, pending: boolean): Step => ({
  events: [effectOf({ listingId, what: 'reorganisation', pending })],
  cases: [],
  by: signatureOf(STEWARD),
});

const objectionOf = ({ file }: Seen, id: string): ObjectionCase =>
  caseOf(file.cases, id, (each): each is ObjectionCase => each.kind === 'objection');

const repairOf = ({ file }: Seen, id: string): RepairCase =>
  caseOf(file.cases, id, (each): each is RepairCase => each.kind === 'repair');

function caseOf<C extends Case>(cases: readonly Case[], id: string, is: (each: Case) => each is C): C {
  const found = cases.filter(is).find((each) => each.id === id);
  if (!found) throw new Problem('not-found', { zh: '没有', en: `No case ${id}.` });
  return found;
}
