import type { StandingEvent } from './event.ts';
import type { Listing } from './standing.ts';

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
}

const UNDECIDED = ['publicised', 'notified', 'decided'] as const;
const IN_FORCE = ['active', 'suspended'] as const;
const ALIVE = ['candidate', ...UNDECIDED, ...IN_FORCE] as const;

/**
 * The one table of a listing's life. What stands under `from` is the condition of the write: the standing is written
 * only at the version in which the listing was seen there.
 */
export const TRANSITIONS: Readonly<Record<ListingEvent['type'], Transition>> = {
  proposed: { from: ['none'], to: 'candidate' },
  publicised: { from: ['candidate'], to: 'publicised' },
  notified: { from: ['candidate'], to: 'notified' },
  decided: { from: ['publicised', 'notified'], to: 'decided' },
  activated: { from: ['decided'], to: 'active' },
  listed: { from: ['none'], to: 'active' },
  changed: { from: ALIVE },
  suspended: { from: IN_FORCE, to: 'suspended' },
  resumed: { from: ['suspended'], to: 'active' },
  objected: { from: [...UNDECIDED, ...IN_FORCE] },
  'objection-accepted': { from: [...UNDECIDED, ...IN_FORCE] },
  'objection-closed': { from: [...UNDECIDED, ...IN_FORCE] },
  'repair-requested': { from: IN_FORCE },
  'repair-closed': { from: IN_FORCE },
  corrected: { from: [...UNDECIDED, ...IN_FORCE] },
  lowered: { from: IN_FORCE },
  'case-moved': { from: ALIVE },
  proceedings: { from: ALIVE },
  ended: { from: ALIVE, to: 'ended' },
  revisited: { from: ['ended'] },
  'found-wrong': { from: ['ended'] },
  lapsed: { from: ['ended'] },
  reinstated: { from: ['ended'], to: 'active' },
};

/** What nobody asks for: it follows from something else, or comes with a file. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(['listed', 'changed', 'case-moved', 'revisited', 'reinstated']);

/** What a phase allows of what can be asked for, in the order of the table; `refused` is known not to be possible. */
export const allowedIn = (phase: Phase, refused?: string): string[] =>
  Object.entries(TRANSITIONS).flatMap(([type, { from }]) =>
    from.includes(phase) && type !== refused && !NOT_ASKED_FOR.has(type) ? [type] : [],
  );

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
