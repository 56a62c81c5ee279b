import type { SubjectKey } from '../subject/key.ts';

/** An identifier that leads to a subject only where a steward has tied it to one. */
export interface AliasReference {
  readonly scheme: 'registration-no' | 'attested-code';
  /** Folded. */
  readonly value: string;
}

/** Asks for many at once; those that nobody has tied are absent. Keyed by {@link referenceId}. */
export type Resolve = (references: readonly AliasReference[]) => Promise<ReadonlyMap<string, SubjectKey>>;

export const referenceId = ({ scheme, value }: AliasReference): string => `${scheme}:${value}`;
