import type { Draft } from './history.ts';

export type Cause = 'objection' | 'reorganisation';
export type End = 'expired' | 'repaired' | 'revoked' | 'objection-upheld' | 'blacklisted';

interface Rest {
  readonly cause: Cause;
  /** Because the listing rests that this person's is linked to. */
  readonly linked: boolean;
}

/** A listing as the book has it. */
export interface Line {
  readonly who: string;
  readonly kind: 'black' | 'red' | 'ordinary';
  readonly from: string;
  readonly until: string | null;
  readonly lowerUntil: string;
  readonly state: 'decided' | 'active' | 'over';
  readonly resting: readonly Rest[];
  readonly objections: readonly { readonly case: string; readonly ground: string; readonly accepted: boolean }[];
  readonly heard: readonly string[];
  readonly repair: string | null;
  readonly links: readonly string[];
  readonly over: End | null;
  readonly by: string | null;
  /** It should never have been. */
  readonly wrong: boolean;
  /** It is an ordinary one, and should never have been black. */
  readonly neverBlack: boolean;
  /** Of a red one that a black one ended: it has no ground of its own any more. */
  readonly lapsed: boolean;
}

/** The date in Shanghai, eight hours ahead of UTC, without any calendar of the product's. */
export const day = (at: number): string => new Date(at + 28_800_000).toISOString().slice(0, 10);

export const earlier = (one: string | null, other: string): string => (one !== null && one < other ? one : other);

const FRESH = {
  state: 'decided',
  resting: [],
  objections: [],
  heard: [],
  repair: null,
  links: [],
  over: null,
  by: null,
  wrong: false,
  neverBlack: false,
  lapsed: false,
} as const;

export const lineOf = ({ id: _, ...draft }: Draft): Line => ({ ...FRESH, ...draft });

/** It ended, and nobody has said yet whether it should have been. */
export const mayBeWrong = ({ over, wrong }: Line): boolean => !wrong && over !== null && over !== 'objection-upheld';

/** A red one that comes back when the black one that ended it was wrong. */
export const mayReturn = ({ over, wrong, lapsed }: Line): boolean => over === 'blacklisted' && !wrong && !lapsed;

export const runs = ({ until }: Line, at: number): boolean => until === null || until >= day(at);
export const accepted = (objection: Line['objections'][number]): boolean => objection.accepted;
export const without = ({ objections }: Line, closed: string) => objections.filter((each) => each.case !== closed);
export const isOwnReorganisation = ({ cause, linked }: Rest): boolean => cause === 'reorganisation' && !linked;
export const rests = ({ resting }: Line, cause: Cause, linked: boolean): boolean =>
  resting.some((each) => each.cause === cause && each.linked === linked);
export const withoutRest = ({ resting }: Line, cause: Cause, linked: boolean): Rest[] =>
  resting.filter((each) => each.cause !== cause || each.linked !== linked);
/** It should not have stood against red ones. */
export const wasWrongAsBlack = ({ kind, wrong, neverBlack }: Line): boolean => kind !== 'red' && (wrong || neverBlack);
