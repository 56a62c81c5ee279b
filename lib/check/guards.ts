import type { Catalogue, Measure, Scene, SceneEffect } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import { type Effect, Guard, type ListKind, type MatterFact } from '../catalogue/vocabulary.ts';
import type { CalendarDate } from '../kernel/clock.ts';
import type { Listing } from '../listing/standing.ts';
import { isSuspended, stoppedByItself } from './in-force.ts';
import type { CheckQuestion } from './question.ts';

/** What one listing is held against. */
export interface GuardContext {
  readonly catalogue: Catalogue;
  readonly head: Head;
  readonly scene: Scene;
  readonly matter: Pick<CheckQuestion['matter'], MatterFact>;
  readonly today: CalendarDate;
  /** The part that the subject plays in the matter. */
  readonly role: string;
  /** Whose listing it is. */
  readonly kind: 'organisation' | 'person';
  /** Through which relation it reaches the subject, when it is not the subject's own. */
  readonly relation: string | undefined;
}

/** A listing that counts, with the measure it counts by. */
export interface Counting {
  readonly effect: Effect;
  readonly measure: Measure;
  /** Facts of the matter that are missing and on which it depends whether the listing counts. */
  readonly missingFacts: readonly MatterFact[];
  readonly principalConfirms: boolean;
  readonly capped: 'leniency-capped' | 'grade-capped' | undefined;
}

export type Weighed =
  | { readonly counts: true; readonly by: Counting }
  /** `otherwise` is what the listing would do if it were not suspended. */
  | { readonly counts: false; readonly guard: Guard; readonly otherwise?: Counting };

const WEIGHT: Record<Effect, number> = { veto: 4, restrict: 3, warn: 2, favour: 1 };

/** The heaviest that a kind of list may do, whatever the catalogue says (D4). */
const LIST_CAP: Record<ListKind, Effect> = { black: 'veto', ordinary: 'restrict', watch: 'warn', red: 'favour' };
/** 过惩相当: the heaviest that a grade may do. */
const GRADE_CAP: Record<NonNullable<Listing['grade']>, Effect> = {
  serious: 'veto',
  ordinary: 'restrict',
  minor: 'warn',
};

/** The guards of the chain listing → document in force → catalogued measure → scene, in order; the first that stops it is named. */
export function weigh(listing: Listing, context: GuardContext): Weighed {
  const stop = (guard: Guard): Weighed => ({ counts: false, guard });
  const { today } = context;
  const own = stoppedByItself(listing, today);
  if (own) return stop(own);

  const rest = weighInScene(listing, context);
  if (isSuspended(listing))
    return rest.counts ? { counts: false, guard: 'suspended', otherwise: rest.by } : stop('suspended');
  return rest;
}

function weighInScene(listing: Listing, context: GuardContext): Weighed {
  const stop = (guard: Guard): Weighed => ({ counts: false, guard });
  const { catalogue, head, matter, today } = context;
  const missingFacts: MatterFact[] = [];

  if (listing.region !== undefined) {
    if (matter.region === undefined) missingFacts.push('region');
    // A matter of the whole province may lie in the list's city or not: that is unknown too.
    else if (covers(matter.region, listing.region) && matter.region !== listing.region) missingFacts.push('region');
    else if (!covers(listing.region, matter.region)) return stop('region');
  }
  const domain = catalogue.domains.find(({ code }) => code === listing.domain);
  if (!domain?.lists.includes(listing.list)) return stop('domain');
  if (domain.abolishedAfter !== undefined && domain.abolishedAfter < today) return stop('domain');
  if (listing.sectors !== undefined) {
    const sector = catalogue.sectors.find(({ code }) => code === foldSector(matter.sector));
    // A sector in words of the caller's own says as little as none.
    if (sector === undefined) missingFacts.push('sector');
    else if (!listing.sectors.includes(sector.code)) return stop('sector');
  }
  const weighed = listing.measures.map((code) => weighMeasure(code, listing, context, missingFacts));
  const [by] = weighed.flatMap((each) => (each.counts ? [each.by] : [])).toSorted(heaviestFirst);
  if (by) {
    const off = head.switchedOff.includes(listing.domain) || head.switchedOff.includes(listing.source ?? '');
    return off ? stop('switched-off') : { counts: true, by };
  }
  // The measure that came furthest says best why the listing does not count.
  const guards = weighed.flatMap((each) => (each.counts ? [] : [Guard.options.indexOf(each.guard)]));
  return stop(Guard.options[Math.max(...guards)] ?? 'measure');
}

function weighMeasure(code: string, listing: Listing, context: GuardContext, missing: readonly MatterFact[]): Weighed {
  const stop = (guard: Guard): Weighed => ({ counts: false, guard });
  const { catalogue, head, matter, today } = context;
  const measure = catalogue.measures.find((each) => each.code === code);
  if (!measure || measure.from > today || (measure.until !== undefined && measure.until < today))
    return stop('measure');
  if (!measure.lists.includes(listing.list) || !measure.domains.includes(listing.domain)) return stop('measure');

  const inScene = measure.scenes.find(({ scene }) => scene === context.scene.code);
  const effect = inScene?.effects[listing.grade ?? 'ungraded'];
  if (!inScene || effect === undefined) return stop('scene');
  if (!reaches(measure, context)) return stop('target');
  if (!measure.implementers.includes(context.scene.implementer)) return stop('implementer');
  if (inScene.onlyMandatoryTender && matter.mandatoryTender === false) return stop('facts');
  // Asked last, so that an auditor reads that the switch alone kept the listing from counting.
  if (head.switchedOff.includes(code)) return stop('switched-off');

  const missingFacts = needsTender(inScene, matter) ? [...missing, 'mandatoryTender' as const] : missing;
  return { counts: true, by: { ...capped(effect, listing), measure, missingFacts, ...confirms(inScene) } };
}

/** Of measures as heavy as each other, the one without a doubt decides: what is certain needs no person. */
const heaviestFirst = (a: Counting, b: Counting): number =>
  WEIGHT[b.effect] - WEIGHT[a.effect] || doubts(a) - doubts(b);

const doubts = ({ missingFacts, principalConfirms }: Counting): number =>
  missingFacts.length + (principalConfirms ? 1 : 0);

const needsTender = (inScene: SceneEffect, matter: GuardContext['matter']) =>
  inScene.onlyMandatoryTender === true && matter.mandatoryTender === undefined;

const confirms = (inScene: SceneEffect) => ({ principalConfirms: inScene.principalConfirms === true });

const reaches = ({ targets }: Measure, { kind, role, relation }: GuardContext): boolean =>
  targets.kinds.includes(kind) &&
  targets.roles.includes(role) &&
  (relation === undefined || targets.relations.includes(relation));

/** Leniency first (H21#10), then proportionality: neither may make a listing heavier. */
function capped(effect: Effect, listing: Listing): Pick<Counting, 'effect' | 'capped'> {
  if (listing.leniency && listing.leniency.length > 0 && WEIGHT[effect] > WEIGHT.warn)
    return { effect: 'warn', capped: 'leniency-capped' };
  const caps = [LIST_CAP[listing.list], ...(listing.grade ? [GRADE_CAP[listing.grade]] : [])];
  const cap = caps.reduce((lowest, each) => (WEIGHT[each] < WEIGHT[lowest] ? each : lowest));
  return WEIGHT[effect] > WEIGHT[cap] ? { effect: cap, capped: 'grade-capped' } : { effect, capped: undefined };
}

const foldSector = (sector: string | undefined) => sector?.normalize('NFKC').trim().toLowerCase();

/** 430100 covers 430102: a division covers those that share its digits before the trailing pairs of zeros. */
const covers = (outer: string, inner: string): boolean => inner.startsWith(outer.replace(/(00)+$/, ''));
