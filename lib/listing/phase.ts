import { type Case, mayBeAnnulled } from './case.ts';
import type { StandingEvent } from './event.ts';
import { type Listing, mayReturn } from './standing.ts';

/** Where a listing stands in its life: its state, an active one with its measures at rest told apart. */
export const PHASES = ['candidate', 'publicised', 'notified', 'decided', 'active', 'suspended', 'ended'] as const;
export type Phase = 'none' | (typeof PHASES)[number];

export const phaseOf = (listing: Listing | undefined): Phase => {
  if (!listing) return 'none';
  return listing.state === 'active' && (listing.suspensions ?? []).length > 0 ? 'suspended' : listing.state;
};

/** Proposed, and neither in force nor dropped yet. */
export const isUnderWay = ({ state }: Pick<Listing, 'state'>): boolean => state !== 'active' && state !== 'ended';

/** Events that are about one listing. */
export type ListingEvent = Exclude<
  StandingEvent,
  { type: 'code-confirmed' | 'succeeded' | 'succeeded-by' | 'identified' | 'named' }
>;

interface Transition {
  readonly from: readonly Phase[];
  /** Absent: the listing stays where it is. */
  readonly to?: Phase;
  /**
   * The routes by which a listing in one of those phases is asked for it; none where something else of the listing rules it
   * out. Absent for what nobody asks for: it follows from something else, or comes with a file.
   */
  readonly asked?: (listing: Listing, papers: Papers) => readonly string[];
}

/** What was brought up about a listing, as far as it decides on what can be asked for. */
export interface Papers {
  readonly cases: readonly Case[];
  readonly papersDeleted?: object;
  /** How its subject is heard, where the catalogue says it. */
  readonly hearing?: 'publicity' | 'notice' | undefined;
}

const UNDECIDED = ['publicised', 'notified', 'decided'] as const;
const IN_FORCE = ['active', 'suspended'] as const;
const ALIVE = ['candidate', ...UNDECIDED, ...IN_FORCE] as const;

const step =
  (name: string) =>
  ({ id }: Listing): string[] => [`POST /v1/listings/${id}/${name}`];
/** A list has one way in which subjects are heard. */
const heardBy =
  (path: Papers['hearing']) =>
  (listing: Listing, { hearing = path }: Papers): string[] =>
    hearing === path ? step('publicity')(listing) : [];
const withoutObjection = (name: string) => (listing: Listing) =>
  (listing.objections ?? []).length > 0 ? [] : step(name)(listing);
const onObjection = (id: string, name: string): string => `POST /v1/objections/${id}/${name}`;
const onRepair = (
  { repairId }: Listing,
  { cases }: Papers,
  ...names: readonly ('acceptance' | 'decision')[]
): string[] => {
  const repair = cases.find((each) => each.kind === 'repair' && each.id === repairId);
  const next = repair?.kind === 'repair' && repair.state === 'accepted' ? 'decision' : 'acceptance';
  return repair && names.includes(next) ? [`POST /v1/repairs/${repair.id}/${next}`] : [];
};

/**
 * The one table of a listing's life. What stands under `from` is the condition of the write: the standing is written
 * only at the version in which the listing was seen there.
 */
export const TRANSITIONS: Readonly<Record<ListingEvent['type'], Transition>> = {
  proposed: { from: ['none'], to: 'candidate', asked: () => ['POST /v1/listings'] },
  publicised: { from: ['candidate'], to: 'publicised', asked: heardBy('publicity') },
  notified: { from: ['candidate'], to: 'notified', asked: heardBy('notice') },
  decided: { from: ['publicised', 'notified'], to: 'decided', asked: withoutObjection('decision') },
  activated: { from: ['decided'], to: 'active', asked: withoutObjection('activation') },
  listed: { from: ['none'], to: 'active' },
  changed: { from: ALIVE },
  suspended: { from: IN_FORCE, to: 'suspended', asked: step('reorganisation') },
  resumed: {
    from: ['suspended'],
    to: 'active',
    asked: (listing) =>
      (listing.suspensions ?? []).some(({ cause, linked }) => cause === 'reorganisation' && !linked)
        ? step('reorganisation')(listing)
        : [],
  },
  objected: { from: [...UNDECIDED, ...IN_FORCE], asked: step('objections') },
  'objection-accepted': {
    from: [...UNDECIDED, ...IN_FORCE, 'ended'],
    asked: ({ objections = [] }) =>
      objections.flatMap(({ id, accepted }) => (accepted ? [] : [onObjection(id, 'acceptance')])),
  },
  'objection-closed': {
    from: [...UNDECIDED, ...IN_FORCE, 'ended'],
    asked: ({ objections = [] }) => objections.map(({ id }) => onObjection(id, 'resolution')),
  },
  'repair-requested': {
    from: IN_FORCE,
    asked: (listing) => (listing.repairId === undefined && listing.repair.repairable ? step('repairs')(listing) : []),
  },
  'repair-closed': { from: IN_FORCE, asked: (listing, papers) => onRepair(listing, papers, 'acceptance', 'decision') },
  corrected: {
    from: [...UNDECIDED, ...IN_FORCE],
    asked: ({ objections = [] }) =>
      objections.flatMap(({ id, accepted }) => (accepted ? [onObjection(id, 'resolution')] : [])),
  },
  lowered: {
    from: [...UNDECIDED, ...IN_FORCE],
    asked: (listing, papers) => (listing.list === 'black' ? onRepair(listing, papers, 'decision') : []),
  },
  'case-moved': { from: ALIVE },
  proceedings: { from: ALIVE, asked: step('proceedings') },
  ended: {
    from: ALIVE,
    to: 'ended',
    asked: (listing) => step(listing.state === 'active' ? 'revocation' : 'decision')(listing),
  },
  revisited: { from: ['ended'] },
  'found-wrong': {
    from: ['ended'],
    asked: (listing, papers) => (mayBeAnnulled(listing, papers) ? step('revocation')(listing) : []),
  },
  lapsed: {
    from: ['ended'],
    asked: (listing, { papersDeleted }) => (mayReturn(listing) && !papersDeleted ? step('revocation')(listing) : []),
  },
  reinstated: { from: ['ended'], to: 'active' },
};

/** What a listing as it is allows of what can be asked for, in the order of the table, and by which routes. */
export function allowedOf(listing: Listing, papers: Papers): { allows: string[]; routes: string[] } {
  const phase = phaseOf(listing);
  const allowed = Object.entries(TRANSITIONS).flatMap(([event, { from, asked }]) => {
    const routes = from.includes(phase) ? (asked?.(listing, papers) ?? []) : [];
    return routes.length > 0 ? [{ event, routes }] : [];
  });
  return {
    allows: allowed.map(({ event }) => event),
    routes: [...new Set(allowed.flatMap(({ routes }) => routes))],
  };
}

/** The table as a Mermaid state diagram, for the documentation. */
export function stateDiagram(): string {
  const name = (phase: Phase) => (phase === 'none' ? '[*]' : phase);
  const moves = Object.entries(TRANSITIONS).flatMap(([type, { from, to }]) =>
    to === undefined
      ? []
      : from.filter((phase) => phase !== to).map((phase) => `  ${name(phase)} --> ${name(to)}: ${type}`),
  );
  const stays = new Map<Phase, string[]>();
  for (const [type, { from, to }] of Object.entries(TRANSITIONS))
    for (const phase of from)
      if (to === undefined || to === phase) stays.set(phase, [...(stays.get(phase) ?? []), type]);
  const notes = [...stays].flatMap(([phase, types]) => [`  note right of ${phase}`, ...inLines(types), '  end note']);
  return ['stateDiagram-v2', ...moves, ...notes, ''].join('\n');
}

/** Notes do not wrap by themselves. */
const inLines = (words: readonly string[], perLine = 3): string[] =>
  Array.from(
    { length: Math.ceil(words.length / perLine) },
    (_, line) => `    ${words.slice(line * perLine, (line + 1) * perLine).join(', ')}`,
  );
