import type { SubjectKey } from '../subject/key.ts';
import type { Alias } from './alias.ts';
import type { Case } from './case.ts';
import type { ListingEntry } from './entry.ts';
import type { Standing } from './standing.ts';
import type { StandingChange } from './transition.ts';

/** The listing's document as its source gave it: what the import's next run is compared with. */
export interface ListingDocument {
  readonly listingId: string;
  readonly subject: SubjectKey;
  /** The source and the row's own key in it; absent for a decision made in Grantgate. */
  readonly row?: { readonly source: string; readonly key: string; readonly digest: string };
  /** What the document says, field by field, as the source names its fields. Organisations only. */
  readonly fields: Readonly<Record<string, string>>;
  /** Of a decision made in Grantgate: its papers. */
  readonly entry?: ListingEntry;
}

/** One subject's part of a transaction; without events the condition that its standing is the one that was read. */
export interface SubjectChange {
  readonly key: SubjectKey;
  readonly change: StandingChange;
  readonly documents: readonly ListingDocument[];
  /** Folded names under which the subject is to be found from now on. */
  readonly names: readonly string[];
  /** What is brought up about its listings by this change: nothing is there under its id yet. */
  readonly opened?: readonly Case[];
  /** What was brought up before, as it stands now. */
  readonly cases?: readonly Case[];
  /** Listings whose source has them no more: their documents stay, outside of the source's index. */
  readonly withdrawn?: readonly string[];
}

/** Where standings are kept: state, history and documents move together. */
export interface StandingStore {
  standings(keys: readonly SubjectKey[]): Promise<ReadonlyMap<SubjectKey, Standing>>;
  /**
   * Writes all changes in one transaction of at most 100 items.
   * @throws StandingMoved where a standing is no longer at the version that its change started from, a case is there that
   * is to be opened, or one is not that was; nothing is written then
   */
  commit(changes: readonly SubjectChange[]): Promise<void>;
}

/** Another transition came first: read again, and try again. */
export class StandingMoved extends Error {
  constructor() {
    super('the standing has moved on');
    this.name = 'StandingMoved';
  }
}

/** One step of an alias, with everything that it changes. */
export interface AliasChange {
  /** Absent where nothing was ever said of these identifiers. */
  readonly before: Alias | undefined;
  readonly after: Alias;
  /** An identifier that leads to the alias's subject from now on, or no more. */
  readonly link?: {
    readonly scheme: 'registration-no' | 'attested-code';
    readonly value: string;
    readonly tied: boolean;
  };
  /** The authority that owes a remedy to whom the alias decided about, as it was mistaken. */
  readonly mistakenBy?: string;
  /** What it is for standings. */
  readonly changes?: readonly SubjectChange[];
}

/** Aliases that wait to be signed, the oldest first; and the others, the newest first. */
export type AliasShelf = 'waiting' | 'settled';

/** Ties other identifiers to subjects; signed by two, and kept with who did it. */
export interface AliasStore extends StandingStore {
  aliases(ids: readonly string[]): Promise<ReadonlyMap<string, Alias>>;
  shelf(
    shelf: AliasShelf,
    from: string | undefined,
  ): Promise<{
    readonly lines: readonly { readonly id: string; readonly position: string }[];
    /** Undefined at its end. */
    readonly reached: string | undefined;
  }>;
  /** Whom an identifier leads to. */
  subjectsOf(alias: {
    readonly scheme: 'registration-no' | 'attested-code';
    readonly value: string;
  }): Promise<readonly SubjectKey[]>;
  /**
   * Writes a step with all that it changes at once.
   * @throws StandingMoved where the alias or a standing has moved on, or the identifier leads to somebody else
   */
  record(change: AliasChange): Promise<void>;
}
