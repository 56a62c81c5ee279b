/** What is done to a listing of a history; `until` is a last day in Shanghai, or none. */
export type Deed =
  | { readonly do: 'list'; readonly id: string; readonly kind: 'black' | 'red'; readonly until: string | null }
  | { readonly do: 'suspend' | 'resume'; readonly id: string; readonly cause: 'objection' | 'reorganisation' }
  | { readonly do: 'repair' | 'lower' | 'uphold'; readonly id: string };

/** When it was asked for and when it was answered, on one monotonic clock; milliseconds. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** A transition that was acknowledged: the versions before and after, and the moment that it carries. */
export interface Transition extends Span {
  readonly deed: Deed;
  readonly before: number;
  readonly after: number;
  /** Milliseconds since 1970, on the clock of the simulation. */
  readonly at: number;
}

/** A check that was answered. */
export interface Check extends Span {
  readonly outcome: string;
  readonly version: number;
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

/** Everything that was seen of one subject. */
export interface History {
  readonly transitions: readonly Transition[];
  readonly checks: readonly Check[];
  /** The version that is stored at the end. */
  readonly stored: number;
  readonly tellVersion: (version: number) => Told | undefined;
  readonly tellAsOf: (at: number) => Told | undefined;
}
