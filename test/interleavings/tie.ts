import type { TieStep } from './history.ts';

/** Whether one subject succeeds another: said by one person and signed by another, and taken back in the same way. */
export interface Tie {
  readonly state: 'apart' | 'proposed' | 'tied' | 'parting';
  /** Who proposed what waits. */
  readonly by: string | null;
}

export const APART: Tie = { state: 'apart', by: null };
const TIED: Tie = { state: 'tied', by: null };

/** What is to be taken back is in effect until that is signed. */
export const isTied = ({ state }: Tie): boolean => state === 'tied' || state === 'parting';

/** Undefined where the step is not possible: nothing waits, something else does, or who signs is who proposed it. */
export function tieAfter({ state, by: proposer }: Tie, { do: step, by }: TieStep): Tie | undefined {
  if (step === 'propose-succession') return state === 'apart' ? { state: 'proposed', by } : undefined;
  if (step === 'propose-parting') return state === 'tied' ? { state: 'parting', by } : undefined;
  if ((state !== 'proposed' && state !== 'parting') || by === proposer) return undefined;
  return (state === 'proposed') === (step === 'sign') ? TIED : APART;
}
