import type { Guard, MatterFact, NoticeCode, Outcome } from '../catalogue/vocabulary.ts';
import { dateOf, type Instant } from '../kernel/clock.ts';
import { identifiedAs, type Listing, type Standing } from '../listing/standing.ts';
import { headOfficeName, isBranchName } from '../subject/branch.ts';
import { foldName } from '../subject/fold.ts';
import type { Identifier } from '../subject/identifier.ts';
import { orgCodeOf } from '../subject/uscc.ts';
import type { Asked, AskedSubject, Evidence } from './evidence.ts';
import { expiryOf } from './expiry.ts';
import { type Counting, type GuardContext, weigh } from './guards.ts';
import { byWeight, ofMembers, ofSubject } from './outcome.ts';
import { type SourceReading, sourceState } from './sources.ts';

export interface Reason extends Counting {
  readonly listing: Listing;
  readonly relation: string | undefined;
}

export interface Notice {
  readonly code: NoticeCode;
  readonly listingId?: string;
  readonly fact?: MatterFact;
  readonly source?: string;
}

interface Considered {
  readonly listingId: string;
  readonly guard: Guard;
}

interface Verdict {
  readonly outcome: Outcome;
  /** Of the subject's own standing; 0 where nothing is known of it. */
  readonly standingVersion: number;
  /** Every listing that counts, heaviest first. */
  readonly reasons: readonly Reason[];
  readonly notices: readonly Notice[];
  readonly considered: readonly Considered[];
}

export interface Decision {
  readonly outcome: Outcome;
  readonly expiresAt: Instant;
  readonly verdicts: readonly Verdict[];
  readonly sources: readonly SourceReading[];
}

/** Notices by which a listing decides though it gives no reason: it holds the grant up, or warns while it rests. */
const DECIDING: ReadonlySet<NoticeCode> = new Set(['objection-pending', 'name-candidate', 'code-conflict']);

/** A listing that a verdict rests on: as a reason, through a relation or none; or by a notice, whose it may be. */
export interface Decider {
  readonly listingId: string;
  readonly by: { readonly relation: string | undefined } | { readonly notice: NoticeCode };
}

export const decidersOf = ({ reasons, notices }: Verdict): readonly Decider[] => [
  ...reasons.map(({ listing, relation }) => ({ listingId: listing.id, by: { relation } })),
  ...notices.flatMap(({ code: notice, listingId }) =>
    DECIDING.has(notice) && listingId !== undefined ? [{ listingId, by: { notice } }] : [],
  ),
];

/** Of somebody who only has the name that was asked about, or nobody is known to be it. */
export const isCandidate = ({ by }: Decider): boolean => 'notice' in by && by.notice === 'name-candidate';

/** *May these subjects be granted this, now?* Pure: no I/O, no clock of its own. */
export function decide(evidence: Evidence): Decision {
  const required = evidence.scene.requiredSources.map((id) => sourceState(id, evidence));
  const verdicts = evidence.subjects.map((subject) => verdictOn(subject, required, evidence));
  const reliedOn = new Set(verdicts.flatMap(({ reasons }) => reasons.flatMap(({ listing }) => listing.source ?? [])));
  for (const { id } of required) reliedOn.delete(id);
  const sources = [...required, ...[...reliedOn].map((id) => sourceState(id, evidence))];
  return {
    outcome: ofMembers(verdicts.map(({ outcome }) => outcome)),
    expiresAt: expiryOf(evidence, sources),
    verdicts,
    sources,
  };
}

function verdictOn(subject: AskedSubject, required: readonly SourceReading[], evidence: Evidence): Verdict {
  const findings = new Findings(evidence);
  const role = subject.role ?? evidence.scene.roles[0] ?? '';
  findings.lookAt(subject, role, undefined);
  for (const related of subject.related) findings.lookAt(related, role, related.relation);

  if (isBranch(subject, evidence) && !subject.related.some((related) => isHeadOfficeOf(related, subject, evidence)))
    findings.add('indeterminate', { code: 'head-office-missing' });

  const byName = subject.identifier.kind === 'organisation-name' || subject.identifier.kind === 'person-name';
  return findings.close(required, byName ? 0 : (subject.standings[0]?.version ?? 0));
}

const isBranch = ({ names }: Asked, { catalogue }: Evidence): boolean =>
  names.some((name) => isBranchName(name, catalogue.branchSuffixes));

/** What a branch names its head office by. */
export const HEAD_OFFICE = 'head-office';

/** A branch answers through its own head office: not through itself, another branch, or a company of another name. */
function isHeadOfficeOf(related: AskedSubject['related'][number], branch: AskedSubject, evidence: Evidence): boolean {
  if (related.relation !== HEAD_OFFICE || isBranch(related, evidence)) return false;
  if (related.key !== undefined && related.key === branch.key) return false;
  const expected = branch.names.flatMap((name) => headOfficeName(name, evidence.catalogue.branchSuffixes) ?? []);
  return (
    expected.length === 0 ||
    related.names.length === 0 ||
    related.names.some((name) => expected.includes(foldName(name)))
  );
}

/** What was found about one subject, while it is being looked at. */
class Findings {
  readonly #evidence: Evidence;
  readonly #reasons: Reason[] = [];
  readonly #notices: Notice[] = [];
  readonly #considered: Considered[] = [];
  readonly #outcomes: Outcome[] = [];
  /** Vetoes that no doubt about a fact or a person takes back, by whether their source is fresh. */
  readonly #vetoes = { fresh: 0, stale: [] as Reason[] };

  constructor(evidence: Evidence) {
    this.#evidence = evidence;
  }

  add(outcome: Outcome, notice: Notice): void {
    this.#outcomes.push(outcome);
    this.#notices.push(notice);
  }

  lookAt(asked: Asked, role: string, relation: string | undefined): void {
    const { identifier } = asked;
    if (identifier.kind === 'organisation-name' || identifier.kind === 'person-name') {
      this.add('indeterminate', { code: 'identifier-required' });
      for (const standing of asked.standings) this.#citeCandidates(standing, 'name-candidate', role, relation);
    } else this.#lookUp(asked, identifier, role, relation);
    const isDoubtful = asked.standings.some((standing) => isConflict(identifier, standing));
    for (const standing of asked.namesakes) this.#lookAtNamesake(standing, asked, role, relation, isDoubtful);
  }

  #lookUp(asked: Asked, identifier: Identifier, role: string, relation: string | undefined): void {
    if (asked.unresolved) this.add('indeterminate', { code: 'unresolved-identifier' });
    if (asked.attested) this.#notices.push({ code: 'code-attested' });
    // Whom the one with the other code succeeds may be nothing to who is asked about.
    const isDoubtful = asked.standings.some((standing) => isConflict(identifier, standing));
    if (isDoubtful) this.add('indeterminate', { code: 'code-conflict' });
    for (const standing of asked.standings) {
      if (isDoubtful) this.#citeCandidates(standing, 'code-conflict', role, relation);
      else for (const listing of standing.listings) this.#weigh(listing, this.#context(identifier, role, relation));
    }
  }

  close(required: readonly SourceReading[], standingVersion: number): Verdict {
    for (const { listing } of this.#vetoes.stale) {
      // 一票否决 may rest on stale news only where fresh news says it too.
      const state = sourceState(listing.source ?? '', this.#evidence);
      this.#outcomes.push(this.#vetoes.fresh > 0 ? 'veto' : 'indeterminate');
      this.#notices.push({ code: noticeOf(state), listingId: listing.id, source: state.id });
    }
    if (this.#vetoes.fresh > 0) this.#outcomes.push('veto');
    for (const source of required)
      if (source.state !== 'fresh') this.add('indeterminate', { code: noticeOf(source), source: source.id });

    return {
      outcome: ofSubject(this.#outcomes),
      standingVersion,
      reasons: this.#reasons.toSorted((a, b) => byWeight(a.effect, b.effect)),
      notices: this.#notices,
      considered: this.#considered,
    };
  }

  #weigh(listing: Listing, context: GuardContext): void {
    const weighed = weigh(listing, context);
    if (weighed.counts) {
      this.#count({ ...weighed.by, listing, relation: context.relation }, context);
      return;
    }
    this.#considered.push({ listingId: listing.id, guard: weighed.guard });
    if (weighed.guard !== 'suspended') return;
    const causes = new Set(listing.suspensions?.map(({ cause }) => cause));
    if (causes.has('reorganisation')) this.#notices.push({ code: 'reorganisation-suspended', listingId: listing.id });
    // D6: suspended, with no effect attached, but a program that reads the outcome alone must see it.
    if (causes.has('objection') && weighed.otherwise && weighed.otherwise.effect !== 'favour')
      this.add('warn', { code: 'objection-pending', listingId: listing.id });
  }

  #count(reason: Reason, context: GuardContext): void {
    const { listing, effect, missingFacts } = reason;
    if (effect === 'favour' && missingFacts.length > 0) {
      this.#considered.push({ listingId: listing.id, guard: 'facts' });
      return;
    }
    this.#reasons.push(reason);
    if (reason.capped) this.#notices.push({ code: reason.capped, listingId: listing.id });
    if (listing.proceedings) this.#notices.push({ code: 'proceedings-pending', listingId: listing.id });

    const doubts: Notice[] = missingFacts.map((fact) => ({ code: 'fact-missing', listingId: listing.id, fact }));
    if (effect === 'veto') {
      // PIPL 24, 政府采购法 22: a person decides, not a program.
      if (context.kind === 'person')
        doubts.push({ code: context.relation ? 'through-person' : 'confirm-person', listingId: listing.id });
      else if (reason.principalConfirms) doubts.push({ code: 'confirm-person', listingId: listing.id });
    }
    const source = listing.source === undefined ? undefined : sourceState(listing.source, this.#evidence);
    const fresh = source === undefined || source.state === 'fresh';
    if (doubts.length > 0) for (const doubt of doubts) this.add('indeterminate', doubt);
    else if (effect === 'veto' && fresh) this.#vetoes.fresh += 1;
    else if (effect === 'veto') this.#vetoes.stale.push(reason);
    // A favour from old news is shown, and favours nothing.
    else if (effect === 'favour' && !fresh)
      this.#notices.push({ code: noticeOf(source), listingId: listing.id, source: source.id });
    else this.#outcomes.push(effect);
  }

  /** A name or a doubtful code is not enough for a verdict: the listings under it are named for whoever determines. */
  #citeCandidates(
    standing: Standing,
    code: 'name-candidate' | 'code-conflict',
    role: string,
    relation: string | undefined,
  ): void {
    for (const listing of standing.listings) {
      const weighed = weigh(listing, this.#contextOf('organisation', role, relation));
      if (weighed.counts) this.#notices.push({ code, listingId: listing.id });
      else this.#considered.push({ listingId: listing.id, guard: weighed.guard });
    }
  }

  /** Listed under the name and no more: it holds a grant up until a person has found who is meant, and convicts nobody. */
  #lookAtNamesake(
    standing: Standing,
    asked: Asked,
    role: string,
    relation: string | undefined,
    isDoubtful: boolean,
  ): void {
    const context = this.#contextOf('organisation', role, relation);
    for (const listing of standing.listings) {
      const { id: listingId } = listing;
      const found = whose(standing, listingId, asked);
      if (found === 'its' && !isDoubtful) {
        this.#weigh(listing, context);
        continue;
      }
      const weighed = weigh(listing, context);
      if (found === 'its' && weighed.counts) {
        this.#notices.push({ code: 'code-conflict', listingId });
        continue;
      }
      if (found === 'not-its') this.#considered.push({ listingId, guard: weighed.counts ? 'target' : weighed.guard });
      else if (!weighed.counts) this.#considered.push({ listingId, guard: weighed.guard });
      // An honour is nobody's by the name alone.
      else if (weighed.by.effect === 'favour') this.#considered.push({ listingId, guard: 'target' });
      else this.add(weighed.by.effect === 'warn' ? 'warn' : 'indeterminate', { code: 'name-candidate', listingId });
    }
  }

  #context(identifier: Identifier, role: string, relation: string | undefined): GuardContext {
    return this.#contextOf(identifier.kind === 'person' ? 'person' : 'organisation', role, relation);
  }

  #contextOf(kind: GuardContext['kind'], role: string, relation: string | undefined): GuardContext {
    const { catalogue, head, scene, matter, now } = this.#evidence;
    return { catalogue, head, scene, matter, today: dateOf(now), role, kind, relation };
  }
}

/** What two persons have found of a listing under a name; who is asked about by name alone may be anybody. */
function whose(standing: Standing, listingId: string, { key, standings }: Asked): 'its' | 'not-its' | undefined {
  if (key === undefined) return undefined;
  const found = identifiedAs(standing, listingId);
  const subjects = [key, ...standings.flatMap(({ predecessors = [] }) => predecessors)];
  if (found.some(({ subject, same }) => same && subjects.includes(subject))) return 'its';
  return found.some(({ subject, same }) => same || subject === key) ? 'not-its' : undefined;
}

const noticeOf = ({ state }: SourceReading) => (state === 'missing' ? 'source-missing' : 'source-stale');

/** Two full codes with one 主体标识码 are a conflict, not a match, until a steward has confirmed them. */
function isConflict(identifier: Identifier, { subject: { code, confirmedCodes } }: Standing): boolean {
  if (identifier.kind !== 'organisation' || identifier.scheme !== 'uscc' || code === undefined) return false;
  // A predecessor's code is another subject's, and no conflict.
  if (orgCodeOf(code) !== identifier.code9) return false;
  return identifier.value !== code && !confirmedCodes?.includes(identifier.value);
}
