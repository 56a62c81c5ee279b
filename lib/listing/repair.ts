import * as z from 'zod/mini';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { ListRule, RepairRule } from '../catalogue/list-rule.ts';
import { addMonths, dateOf, toIso } from '../kernel/clock.ts';
import { type Fault, Problem } from '../kernel/problem.ts';
import { kebab, statedText } from '../kernel/text.ts';
import { nextCaseId, type RepairCase } from './case.ts';
import type { StandingEvent } from './event.ts';
import { lowering } from './lowering.ts';
import type { Seen, Step } from './move.ts';
import { type AcceptanceRequest, type Answering, deadline, groundRequired } from './objection.ts';
import { phaseOf } from './phase.ts';
import { Evidence } from './proposal.ts';
import { assertNotUnderObjection } from './revocation.ts';
import { assertAnother, signatureOf } from './signer.ts';

/** The body of `POST /v1/listings/<id>/repairs`: what was done, each method with its evidence. There is no fee (H21#12). */
export const RepairRequest = z.strictObject({
  methods: z
    .array(z.strictObject({ code: kebab, evidence: z.array(Evidence).check(z.minLength(1), z.maxLength(20)) }))
    .check(z.minLength(1), z.maxLength(20)),
  statement: statedText(2_000),
});

/** The body of `POST /v1/repairs/<id>/decision`: by another person than who registered it, and than who accepted it. */
export const RepairDecision = z.strictObject({
  decision: z.enum(['approved', 'refused']),
  /** Where an approval leads, if the rule leaves a choice. */
  leadsTo: z.optional(z.enum(['ended', 'ordinary'])),
  ground: statedText(1_000),
});

/**
 * A request for repair, in the time that the catalogue gives for the grade.
 * @throws Problem `conflict` before and after that time and where the law allows none, `invalid-request` for its methods
 */
export function requestRepair(
  { file, listing }: Seen,
  { methods, statement }: z.infer<typeof RepairRequest>,
  rule: ListRule | undefined,
  answering: Answering,
): Step {
  const { signer, now, terms } = answering;
  const repair = repairRule(listing, rule);
  const earliest = addMonths(listing.document.issuedOn, repair.earliestMonths);
  // What the law gives no term does not stop by itself: it can be repaired as long as it is in force.
  const latest = listing.until === null ? undefined : addMonths(listing.document.issuedOn, repair.latestMonths);
  const today = dateOf(now);
  if (today < earliest || (latest !== undefined && today > latest))
    throw new Problem('conflict', {
      zh: `该名单记录的状态为 ${phaseOf(listing)}，修复申请期为 ${earliest} ${latest === undefined ? '起' : `至 ${latest}`}`,
      en: `The listing is ${phaseOf(listing)}; a repair of it is taken from ${earliest}${latest === undefined ? ' on' : ` until ${latest}`}.`,
    });
  const faults = methodFaults(methods, repair);
  if (faults.length > 0)
    throw new Problem(
      'invalid-request',
      { zh: '修复方式有误，见 errors', en: 'The methods have faults: see errors.' },
      { errors: faults },
    );
  const by = signatureOf(signer);
  const id = nextCaseId(listing.id, 'repair', file.cases);
  const requested: RepairCase = {
    kind: 'repair',
    id,
    listingId: listing.id,
    methods,
    statement,
    state: 'requested',
    requested: { at: toIso(now), by },
    deadline: deadline('repair-acceptance', terms.repairAcceptance, answering),
  };
  return { events: [{ type: 'repair-requested', listingId: listing.id, repairId: id }], cases: [requested], by };
}

export function acceptRepair(repair: RepairCase, { accepted, ground }: AcceptanceRequest, answering: Answering): Step {
  assertState(repair, 'requested');
  const { signer, now, terms } = answering;
  const by = signatureOf(signer, ground?.slice(0, 500));
  const acceptance = { at: toIso(now), by, ...(ground !== undefined && { ground }) };
  const { deadline: _, ...rest } = repair;
  if (accepted) {
    const result = deadline('repair-result', terms.repairResult, answering);
    const moved = { type: 'case-moved', listingId: repair.listingId, caseId: repair.id, state: 'accepted' } as const;
    return { events: [moved], cases: [{ ...rest, state: 'accepted', acceptance, deadline: result }], by };
  }
  if (ground === undefined) throw groundRequired();
  return { events: [closed(repair, 'refused')], cases: [{ ...rest, state: 'refused', acceptance }], by };
}

export function decideRepair(
  { listing }: Seen,
  repair: RepairCase,
  { decision, leadsTo, ground }: z.infer<typeof RepairDecision>,
  rule: ListRule | undefined,
  lowerRule: ListRule | undefined,
  catalogue: Catalogue,
  { signer, now }: Answering,
): Step {
  assertState(repair, 'accepted');
  assertAnother(signer, repair.requested.by);
  assertAnother(signer, repair.acceptance?.by);
  const by = signatureOf(signer, ground.slice(0, 500));
  const { deadline: _, ...rest } = repair;
  const decided = { at: toIso(now), by, ground };
  if (decision === 'refused')
    return { events: [closed(repair, 'refused')], cases: [{ ...rest, state: 'refused', decision: decided }], by };
  assertNotUnderObjection(listing);
  const to = destination(repairRule(listing, rule), leadsTo);
  const events: StandingEvent[] = [closed(repair, to)];
  if (to === 'ended') events.push({ type: 'ended', listingId: listing.id, reason: 'repaired' });
  else events.push(lowering(listing, 'ordinary', lowerRule, catalogue, now));
  return { events, cases: [{ ...rest, state: 'approved', leadsTo: to, decision: decided }], by };
}

function repairRule({ repair, grade }: Seen['listing'], rule: ListRule | undefined): RepairRule {
  const found = rule?.repair.find((each) => each.grade === grade);
  if (repair.repairable && found) return found;
  throw new Problem('conflict', {
    zh: `该名单记录不予修复${repair.citation === undefined ? '' : `：${repair.citation}`}`,
    en: `The listing cannot be repaired${repair.citation === undefined ? '' : `: ${repair.citation}`}.`,
  });
}

function destination({ leadsTo }: RepairRule, wanted: RepairRule['leadsTo'][number] | undefined) {
  const [only] = leadsTo;
  const to = wanted ?? (leadsTo.length === 1 ? only : undefined);
  if (to !== undefined && leadsTo.includes(to)) return to;
  const message = { zh: `须为 ${leadsTo.join('、')} 之一`, en: `is one of ${leadsTo.join(', ')}` };
  throw new Problem('invalid-request', message, {
    errors: [{ pointer: '/leadsTo', code: 'unknown-value', message }],
  });
}

const methodFaults = (
  methods: z.infer<typeof RepairRequest>['methods'],
  rule: RepairRule,
  known: readonly string[] = rule.methods.map(({ code }) => code),
): Fault[] => [
  ...methods.flatMap(({ code }, index): Fault[] =>
    rule.methods.some((each) => each.code === code)
      ? []
      : [
          {
            pointer: `/methods/${index}/code`,
            code: 'unknown-value',
            message: { zh: `目录的修复方式：${known.join('、')}`, en: `is one of ${known.join(', ')}` },
          },
        ],
  ),
  ...rule.methods.flatMap(({ code, required }): Fault[] =>
    !required || methods.some((each) => each.code === code)
      ? []
      : [
          {
            pointer: '/methods',
            code: 'method-required',
            message: { zh: `须有 ${code} 的证明`, en: `${code} has to be shown` },
          },
        ],
  ),
];

const closed = ({ listingId, id: repairId }: RepairCase, outcome: 'ended' | 'ordinary' | 'refused'): StandingEvent => ({
  type: 'repair-closed',
  listingId,
  repairId,
  outcome,
});

function assertState({ state }: RepairCase, wanted: RepairCase['state']): void {
  if (state === wanted) return;
  throw new Problem('conflict', {
    zh: `该修复申请的状态为 ${state}，须为 ${wanted}`,
    en: `The repair is ${state}; this takes one that is ${wanted}.`,
  });
}
