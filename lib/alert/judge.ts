import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Head } from '../catalogue/head.ts';
import type { Effect } from '../catalogue/vocabulary.ts';
import { weigh } from '../check/guards.ts';
import type { RecordedOutcome } from '../check/record.ts';
import type { CalendarDate } from '../kernel/clock.ts';
import type { Listing } from '../listing/standing.ts';
import { isPersonKey } from '../subject/key.ts';
import type { AlertKind, Purpose } from './alert.ts';
import { type Change, counts, mayRise } from './change.ts';
import type { SeenCheck } from './seen-check.ts';

/** What holds when a change is looked at. */
export interface World {
  readonly catalogue: Catalogue;
  readonly head: Head;
  readonly today: CalendarDate;
}

/** What became of a check since. */
export interface Since {
  /** Its matter has not been closed, and may still be open by the catalogue. */
  readonly open: boolean;
  /** A grant can still rest on it. */
  readonly unexpired: boolean;
  /** A grant was made on it. */
  readonly granted: boolean;
  /** It rests on the listing. */
  readonly restsOn: readonly string[];
}

const WEIGHT: Record<Effect, number> = { veto: 3, restrict: 2, warn: 1, favour: 0 };
/** What weighed on a check already; `undefined` where it allowed no grant. */
const BORNE: Record<RecordedOutcome, number | undefined> = {
  pass: 0,
  favour: 0,
  warn: WEIGHT.warn,
  restrict: WEIGHT.restrict,
  indeterminate: undefined,
  veto: undefined,
  invalid: undefined,
};

/** What a change of a listing means for one check: nothing, or what its caller is to be told. */
export function judge(
  change: Change,
  check: SeenCheck,
  since: Since,
  world: World,
): { readonly purpose: Purpose; readonly kind: AlertKind }[] {
  const family = world.catalogue.scenes.find(({ code }) => code === check.record.scene)?.family;
  const rests = since.restsOn.includes(change.after.id);
  const kinds: { purpose: Purpose; kind: AlertKind }[] = [];
  // What was taken back matters where something was granted on it before. An honour lasts beyond its matter.
  const serves = since.granted || !check.annulled;
  const lasting = since.open || (since.granted ? family === 'commendation' : since.unexpired);
  if (serves && lasting && isHeavier(change, check, world)) {
    const kind = since.granted ? 'listed-after-grant' : 'listed-after-clearance';
    kinds.push({ purpose: 'listed', kind: family === 'commendation' ? 'honour-review' : kind });
  }
  if (rests && !check.annulled && since.open && isFreed(change, check, since, world))
    kinds.push({ purpose: 'again', kind: 'check-again' });
  if (rests && change.wrong) kinds.push({ purpose: 'remedy', kind: 'remedy' });
  return kinds;
}

/** Whether the listing weighs more than it did, and more than what the check bore already. */
function isHeavier(change: Change, check: SeenCheck, world: World): boolean {
  const { outcome } = check.record;
  // A person who decided an indeterminate check has seen what it named.
  const decided = check.determined && !check.named.has(change.after.id);
  const borne = outcome === 'indeterminate' && decided ? 0 : BORNE[outcome];
  if (borne === undefined || !mayRise(change, world)) return false;
  const weight = weightOf(change.after, change, check, world);
  return weight > borne && weight > weightOf(change.before, change, check, world);
}

/** Whether the listing vetoed, does no longer, and no other one that the check rests on still does. */
function isFreed(change: Change, check: SeenCheck, { restsOn }: Since, world: World): boolean {
  if (check.record.outcome !== 'veto') return false;
  const vetoes = (listing: Listing | undefined) => weightOf(listing, change, check, world) === WEIGHT.veto;
  if (!vetoes(change.before) || vetoes(change.after)) return false;
  return !change.beside.some((listing) => restsOn.includes(listing.id) && vetoes(listing));
}

/**
 * What a listing does to such a check by the guards of a check itself, its own dates and its domain's left aside: that it is
 * over is told when it has ended; 0 for nothing.
 */
function weightOf(listing: Listing | undefined, { subject }: Change, check: SeenCheck, world: World): number {
  const scene = world.catalogue.scenes.find(({ code }) => code === check.record.scene);
  if (!scene || !counts(listing)) return 0;
  const { from, document } = listing;
  const weights = check.roles.map((role) => {
    const weighed = weigh(
      { ...listing, until: null },
      {
        ...world,
        catalogue: { ...world.catalogue, domains: world.catalogue.domains.map(withoutLastDay) },
        scene,
        matter: check.facts,
        // One that is yet to begin will weigh then.
        today: later(later(world.today, from), document.issuedOn),
        role: role ?? scene.roles[0] ?? '',
        kind: isPersonKey(subject) ? 'person' : 'organisation',
        relation: check.relation,
      },
    );
    return weighed.counts ? WEIGHT[weighed.by.effect] : 0;
  });
  return Math.max(0, ...weights);
}

const withoutLastDay = ({ abolishedAfter: _, ...domain }: Catalogue['domains'][number]) => domain;

function later(one: CalendarDate, other: CalendarDate): CalendarDate {
  if (one > other) return one;
  return other;
}
