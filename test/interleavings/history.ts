/** A decided listing that waits to come into force; dates are days in Shanghai, `until` the last one. */
export interface Draft {
  /** Whose it is: a name that the history gives its subjects. */
  readonly who: string;
  readonly id: string;
  readonly kind: 'black' | 'red';
  readonly from: string;
  readonly until: string | null;
  /** The last day that it can have once it is lowered. */
  readonly lowerUntil: string;
}

/** A step by which a case is opened; `case` is the id that it was given. */
export type Opening =
  | (OnCase<'object'> & { readonly ground: string })
  | OnCase<'ask-repair'>
  /** As wrong from the start, or for what has changed since. */
  | (OnCase<'propose-revocation'> & { readonly wrong: boolean });

/** Into force, with a listing of its own for each linked person. */
export interface Activation {
  readonly do: 'list';
  readonly id: string;
  readonly links: readonly { readonly who: string; readonly id: string }[];
}

interface OnCase<Do extends string> {
  readonly do: Do;
  readonly id: string;
  readonly case: string;
}

/** How an accepted objection is answered; `lessen`, what was on the black list is of a lesser grade and was never serious. */
export type Answer =
  | OnCase<'uphold' | 'lessen' | 'reject' | 'withdraw-objection'>
  | (OnCase<'correct'> & { readonly until: string });

/** The job that began at that moment ended what was over on one subject. */
export interface Expiry {
  readonly do: 'expire';
  readonly who: string;
  readonly since: number;
}

/** A step of the pair's succession, by the person who takes it: what waits is signed or declined by another. */
export interface TieStep {
  readonly do: 'propose-succession' | 'propose-parting' | 'sign' | 'decline';
  readonly by: string;
}

/** What is done to one listing, and what its linked persons' listings share. */
export type OnListing =
  | Activation
  | Opening
  | Answer
  | OnCase<'accept-objection' | 'refuse-objection'>
  | OnCase<'accept-repair' | 'refuse-repair' | 'repair' | 'lower'>
  | OnCase<'revoke' | 'decline-revocation'>
  | { readonly do: 'reorganise' | 'reorganised'; readonly id: string };

export type Deed = OnListing | TieStep | Expiry;

/** The papers of the pair's succession have versions as a subject's standing has. */
export const PAPERS = 'papers of the succession';

/** Two of the subjects, of whom one may come to succeed the other and to be parted from it again. */
export interface Pair {
  readonly predecessor: string;
  readonly successor: string;
}

/** When it was asked for and when it was answered, on one monotonic clock; milliseconds. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a transition made of one subject's standing. */
interface Part {
  readonly who: string;
  readonly before: number;
  readonly after: number;
}

/** A transition that was acknowledged. */
export interface Transition extends Span {
  readonly deed: Deed;
  /** Of all the subjects that it touched, in one transaction. */
  readonly parts: readonly Part[];
  /** The moment that it carries: milliseconds since 1970, on the clock of the simulation. */
  readonly at: number;
}

/** A check that was answered. */
export interface Check extends Span {
  readonly who: string;
  readonly outcome: string;
  readonly version: number;
  /** The standings of others that it rests on as well. */
  readonly reached: readonly { readonly who: string; readonly version: number }[];
  readonly checkedAt: number;
}

/** What the standing query says: the fields that a verdict rests on, read by nobody but the checker. */
export interface Told {
  readonly version: number;
  readonly listings: readonly {
    readonly list: string;
    readonly state: string;
    readonly from: string;
    readonly until: string | null;
    readonly suspensions?: readonly { readonly cause: string }[] | undefined;
  }[];
}

/** A subject at the beginning and the end of a history, and what the standing query tells of any moment between. */
export interface Seen {
  readonly who: string;
  readonly person: boolean;
  /** The version at which the history begins. */
  readonly first: number;
  /** The version that is stored at the end. */
  readonly stored: number;
  readonly tellVersion: (version: number) => Told | undefined;
  readonly tellAsOf: (at: number) => Told | undefined;
}

/** Everything that was seen of a subject and of the persons linked to it. */
export interface History {
  readonly drafts: readonly Draft[];
  readonly subjects: readonly Seen[];
  readonly transitions: readonly Transition[];
  readonly checks: readonly Check[];
  /** The cases that are stored at the end, of the listings that had any. */
  readonly cases: readonly { readonly id: string; readonly state: string }[];
  /** With the version at which the papers of their succession are stored at the end. */
  readonly pair?: Pair & { readonly stored: number };
}
